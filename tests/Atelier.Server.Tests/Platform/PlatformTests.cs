using System.Net;
using System.Text.Json;
using Atelier.Queue;
using Atelier.Tests.Server.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Tests.Server.Platform;

public sealed class PlatformTests : IAsyncLifetime
{
    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Method, path, name and access of every operation of fal's, written down beside the program's own table.
    static IReadOnlyList<string[]> Operations { get; } =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Platform", "operations.txt")).Select(line => line.Split(' '))];

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_operation_of_fal_s_is_here_or_says_that_it_is_not()
    {
        var request = await RecordAsync();
        List<string> wrong = [];
        foreach (var operation in Operations)
        {
            var (method, path) = (operation[0], operation[1]);
            using var created = await _server.SendAsync(HttpMethod.Post, "/v1/keys", """{"alias":"walk"}""");
            var key = JsonDocument.Parse(await TextAsync(created)).RootElement.GetProperty("key_id").GetString();
            path = path.Replace("{request_id}", request, StringComparison.Ordinal).Replace("{key_id}", key, StringComparison.Ordinal)
                .Replace("{owner}", "atelier", StringComparison.Ordinal).Replace("{name}", "echo", StringComparison.Ordinal);
            using var response = await _server.SendAsync(
                new HttpMethod(method), Fill(path), method is "GET" or "DELETE" ? null : "{}");
            var body = await TextAsync(response);
            var isMissing = response.StatusCode is HttpStatusCode.NotImplemented && body.StartsWith("""{"error":{"type":"not_implemented",""", StringComparison.Ordinal);
            if (!isMissing && (int)response.StatusCode is 404 or 405 or >= 500)
            {
                wrong.Add($"{method} {path}: {(int)response.StatusCode} {body}");
            }
        }

        Assert.Equal(82, Operations.Count);
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Operations_that_need_a_key_or_the_admin_scope_refuse_who_has_none()
    {
        using var created = await _server.SendAsync(HttpMethod.Post, "/v1/keys", """{"alias":"walk"}""");
        var key = $"Key {JsonDocument.Parse(await TextAsync(created)).RootElement.GetProperty("key").GetString()}";
        List<string> wrong = [];
        foreach (var operation in Operations)
        {
            var (method, path, access) = (new HttpMethod(operation[0]), Fill(operation[1]), operation[3]);
            using var keyless = await _server.SendAsync(method, path, key: "none");
            using var plain = await _server.SendAsync(method, path, key: key);
            var isOpen = access is "Open" || keyless.RequestMessage!.RequestUri!.AbsolutePath is "/v1/models";
            if ((keyless.StatusCode is HttpStatusCode.Unauthorized) == isOpen
                || (plain.StatusCode is HttpStatusCode.Forbidden) != access is "Admin")
            {
                wrong.Add($"{method} {path} {access}: {keyless.StatusCode}, {plain.StatusCode}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task The_document_lists_what_is_here_and_what_is_not()
    {
        using var response = await _server.SendAsync(HttpMethod.Get, "/v1/openapi.json", key: "none");
        var paths = JsonDocument.Parse(await TextAsync(response)).RootElement.GetProperty("paths");

        Assert.Equal(82, paths.EnumerateObject().Sum(path => path.Value.EnumerateObject().Count()));
        Assert.All(Operations, operation => Assert.Equal(
            operation[2], paths.GetProperty(operation[1]).GetProperty(operation[0].ToLowerInvariant()).GetProperty("operationId").GetString()));
        Assert.True(IsHere("/v1/keys/{key_id}", "delete"));
        Assert.True(IsHere("/v1/models/usage", "get"));
        Assert.False(IsHere("/v1/assets", "get"));

        bool IsHere(string path, string method) => paths.GetProperty(path).GetProperty(method).GetProperty("x-atelier-available").GetBoolean();
    }

    [Fact]
    public async Task The_manual_and_the_program_agree_on_what_is_here()
    {
        using var response = await _server.SendAsync(HttpMethod.Get, "/v1/openapi.json");
        var paths = JsonDocument.Parse(await TextAsync(response)).RootElement.GetProperty("paths");
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Atelier.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        var manual = await File.ReadAllTextAsync(Path.Combine(folder, "docs", "platform-api.md"), Stop);
        var named = System.Text.RegularExpressions.Regex.Replace(manual, @"\s+", " ").Split("## What is not here");

        Assert.All(Operations, operation =>
        {
            var isHere = paths.GetProperty(operation[1]).GetProperty(operation[0].ToLowerInvariant()).GetProperty("x-atelier-available").GetBoolean();
            var text = $"`{operation[0]} {operation[1]}`";
            Assert.Equal(isHere, named[0].Contains($"| {text} |", StringComparison.Ordinal));
            Assert.Equal(!isHere, named[1].Contains(text, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task A_path_that_is_no_operation_is_404_in_the_api_s_own_shape()
    {
        using var response = await _server.SendAsync(HttpMethod.Get, "/v1/nothing/here", key: "none");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("""{"error":{"type":"not_found","message":"Resource not found"}}""", await TextAsync(response));
    }

    [Fact]
    public async Task A_repeat_with_the_same_idempotency_key_makes_no_second_key()
    {
        (string, string)[] once = [("Idempotency-Key", "once")];
        using var first = await _server.SendAsync(HttpMethod.Post, "/v1/keys", """{"alias":"a"}""", null, once);
        using var second = await _server.SendAsync(HttpMethod.Post, "/v1/keys", """{"alias":"a"}""", null, once);
        using var other = await _server.SendAsync(HttpMethod.Post, "/v1/keys", """{"alias":"b"}""", null, once);
        using var next = await _server.SendAsync(HttpMethod.Post, "/v1/keys", """{"alias":"a"}""", null, ("Idempotency-Key", "twice"));

        Assert.Equal((HttpStatusCode.Created, await TextAsync(first)), (second.StatusCode, await TextAsync(second)));
        Assert.Equal("application/json", second.Content.Headers.ContentType?.ToString());
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        Assert.Equal(
            """{"error":{"type":"validation_error","message":"This Idempotency-Key was used with another body."}}""", await TextAsync(other));
        Assert.NotEqual(await TextAsync(first), await TextAsync(next));
        using var list = await _server.SendAsync(HttpMethod.Get, "/v1/keys");
        Assert.Equal(3, JsonDocument.Parse(await TextAsync(list)).RootElement.GetProperty("keys").GetArrayLength());
    }

    [Fact]
    public async Task A_file_that_an_answer_names_is_gone_with_its_payloads()
    {
        using var run = await _server.SendAsync(HttpMethod.Post, "/atelier/echo", """{"file":{"text":"hello"}}""");
        var url = JsonDocument.Parse(await TextAsync(run)).RootElement.GetProperty("file").GetProperty("url").GetString()!;
        var id = run.Headers.GetValues("x-fal-request-id").Single();
        await RecordedAsync(id);
        using var before = await _server.SendAsync(HttpMethod.Get, url);

        using var deleted = await _server.SendAsync(HttpMethod.Delete, $"/v1/models/requests/{id}/payloads");

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal($$$"""{"cdn_delete_results":[{"link":"{{{url}}}","exception":null}]}""", await TextAsync(deleted));
        using var after = await _server.SendAsync(HttpMethod.Get, url);
        Assert.Equal(HttpStatusCode.NotFound, after.StatusCode);
    }

    [Fact]
    public async Task A_request_that_ran_is_in_the_history_and_in_the_usage()
    {
        using var run = await _server.SendAsync(HttpMethod.Post, "/atelier/echo", """{"n":1}""");
        var id = run.Headers.GetValues("x-fal-request-id").Single();
        await RecordedAsync(id);

        using var list = await _server.SendAsync(HttpMethod.Get, $"/v1/models/requests/by-endpoint?endpoint_id=atelier/echo&request_id={id}&expand=payloads");
        using var usage = await _server.SendAsync(HttpMethod.Get, "/v1/models/usage?expand=summary,auth_method");

        Assert.Contains("\"json_input\":{\"n\":1},\"json_output\":{\"echo\":{\"n\":1}", await TextAsync(list), StringComparison.Ordinal);
        Assert.Contains("\"endpoint_id\":\"atelier/echo\",\"unit\":\"units\",\"quantity\":1,", await TextAsync(usage), StringComparison.Ordinal);
        Assert.Contains("\"auth_method\":\"test\"", await TextAsync(usage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_in_the_api_s_own_shape()
    {
        await using var server = await TestServer.StartAsync(new() { ["json_body_max_bytes"] = "1024" });
        using var response = await server.SendAsync(HttpMethod.Post, "/v1/keys", $$"""{"alias":"{{new string('a', 2000)}}"}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(
            """{"error":{"type":"validation_error","message":"The request body is larger than this server's limit."}}""", await TextAsync(response));
    }

    // The history row of a sync run is written after its answer.
    async Task RecordedAsync(string id)
    {
        var store = _server.Services.GetRequiredService<IQueueStore>();
        while (await store.FindAsync(id, "local", Stop) is null)
        {
            await Task.Yield();
        }
    }

    async Task<string> RecordAsync()
    {
        var id = Guid.CreateVersion7().ToString();
        var job = new NewJob { Id = id, AccountId = "local", KeyId = "key", App = "atelier/echo", Endpoint = "atelier/echo", Input = "{}"u8.ToArray() };
        await _server.Services.GetRequiredService<IQueueStore>()
            .RecordAsync(job, TimeProvider.System.GetUtcNow(), new(200, "{}"u8.ToArray()), new(), Stop);
        return id;
    }

    static string Fill(string path) => System.Text.RegularExpressions.Regex.Replace(path, @"\{[^}]+\}", "x");

    static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(Stop);
}

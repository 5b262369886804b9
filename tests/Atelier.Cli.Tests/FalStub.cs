using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Atelier.Cli.Tests;

/// <summary>A scripted server on loopback: each "METHOD /path" answers its bodies in turn, the last for ever.</summary>
public sealed class FalStub : IAsyncDisposable
{
    const string OpenApi = """
        {
          "openapi": "3.0.4",
          "components": {"schemas": {
            "XInput": {"type": "object", "properties": {PROPERTIES}},
            "Size": {"anyOf": [{"type": "string", "enum": ["square", "landscape_4_3"]}, {"type": "object"}]}
          }},
          "paths": {"/ID": {"post": {"requestBody": {"content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/XInput"}}
          }}}}}
        }
        """;

    readonly WebApplication _app;
    readonly ConcurrentDictionary<string, ConcurrentQueue<Answer>> _script = new();

    FalStub(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public ConcurrentQueue<Seen> Requests { get; } = new();

    public static async Task<FalStub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stub = new FalStub(app);
        app.Run(stub.HandleAsync);
        await app.StartAsync();
        return stub;
    }

    public void On(string route, string body, int status = 200, string type = "application/json") =>
        _script.GetOrAdd(route, _ => new()).Enqueue(new(status, type, Encoding.UTF8.GetBytes(body), null));

    public void OnBytes(string route, byte[] body, string type) =>
        _script.GetOrAdd(route, _ => new()).Enqueue(new(200, type, body, null));

    /// <summary>Runs when the route is asked, before its answer.</summary>
    public void OnCall(string route, string body, int status, Action then) =>
        _script.GetOrAdd(route, _ => new()).Enqueue(
            new(status, "application/json", Encoding.UTF8.GetBytes(body), then));

    /// <summary>A model with these input properties, that answers at once with a result.</summary>
    public void Model(string id, string properties, string result = """{"ok":true}""")
    {
        On($"GET /fal.ai/api/openapi/queue/openapi.json?endpoint_id={Uri.EscapeDataString(id)}", OpenApi
            .Replace("ID", id, StringComparison.Ordinal).Replace("PROPERTIES", properties, StringComparison.Ordinal));
        On($"POST /queue.fal.run/{id}", """{"status":"IN_QUEUE","request_id":"r1","queue_position":0}""");
        var app = string.Join('/', id.Split('/').Take(2));
        On($"GET /queue.fal.run/{app}/requests/r1/status?logs=0", """{"status":"COMPLETED","logs":null}""");
        On($"GET /queue.fal.run/{app}/requests/r1", result);
    }

    public Seen Last(string start) => Requests.Last(seen => seen.Route.StartsWith(start, StringComparison.Ordinal));

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var route = $"{request.Method} {request.Path}{request.QueryString}";
        Requests.Enqueue(new(
            route, Encoding.UTF8.GetString(body.ToArray()),
            request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        if (!_script.TryGetValue(route, out var answers))
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync($$"""{"detail":"not scripted: {{route}}"}""");
            return;
        }

        Answer? answer;
        if (answers.Count > 1)
        {
            answers.TryDequeue(out answer);
        }
        else
        {
            answers.TryPeek(out answer);
        }

        answer!.Then?.Invoke();
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Type;
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body);
    }

    public sealed record Seen(string Route, string Body, IReadOnlyDictionary<string, string> Headers);

    sealed record Answer(int Status, string Type, byte[] Body, Action? Then);
}

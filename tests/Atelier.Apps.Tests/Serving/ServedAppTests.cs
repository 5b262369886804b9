using System.Text;

namespace Atelier.Tests.Apps.Serving;

/// <summary>A served app in bytes: what contract v1 says of calls, cancellation, health and the end.</summary>
[Collection("console")]
public sealed class ServedAppTests
{
    [Theory]
    [InlineData("health")]
    [InlineData("call")]
    [InlineData("invalid-input")]
    [InlineData("field-error")]
    [InlineData("unknown-path")]
    [InlineData("cancel-unknown")]
    [InlineData("stream")]
    public async Task An_exchange_is_as_the_contract_pins_it(string name)
    {
        await using var app = await RunningApp.StartAsync();
        var request = Golden.Read($"{name}.request.http").ReplaceLineEndings("\n");
        var end = request.IndexOf("\n\n", StringComparison.Ordinal);
        var body = request[(end + 2)..].TrimEnd('\n');
        var head = request[..end].Replace("\n", "\r\n", StringComparison.Ordinal);
        var response = await app.SendAsync($"{head}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
        var version = typeof(Atelier.Apps.App).Assembly
            .GetCustomAttributes(typeof(System.Reflection.AssemblyInformationalVersionAttribute), false)
            .Cast<System.Reflection.AssemblyInformationalVersionAttribute>().Single().InformationalVersion;
        var text = response.Replace(version, "VERSION", StringComparison.Ordinal);
        text = System.Text.RegularExpressions.Regex.Replace(text, "Content-Length: .*\r\n", "").ReplaceLineEndings("\n");
        Golden.AssertEqual($"{name}.response.http", text + "\n");
    }

    [Fact]
    public async Task What_a_call_logs_and_prints_is_marked_with_its_request()
    {
        await using var app = await RunningApp.StartAsync();
        await app.PostAsync("/", """{"prompt":"a"}""", "x-fal-request-id: r-1", "x-fal-endpoint: tests/sample");
        Golden.AssertEqual("log-lines.txt", app.Printed);
    }

    [Fact]
    public async Task What_is_printed_outside_a_call_passes_as_text()
    {
        await using var app = await RunningApp.StartAsync();
        Console.WriteLine("loose");
        Assert.Equal("loose\n", app.Printed);
    }

    [Fact]
    public async Task A_synchronous_endpoint_answers()
    {
        await using var app = await RunningApp.StartAsync();
        var response = await app.PostAsync("/plain", """{"prompt":"a","steps":"3"}""");
        Assert.Equal("""{"prompt":"a","format":"jpeg","steps":3,"request_id":null}""", RunningApp.Body(response));
    }

    [Theory]
    [InlineData("app", 418, """{"detail":"no such voice"}""")]
    [InlineData("json", 451, """{"detail":[{"a":1}]}""")]
    [InlineData("memory", 503, """{"detail":"Out of memory"}""")]
    [InlineData("gpu", 503, """{"detail":"GPU error"}""")]
    [InlineData("gpu-memory", 503, """{"detail":"CUDA error: out of memory"}""")]
    [InlineData("cancel", 500, """{"detail":"Internal Server Error"}""")]
    [InlineData("other", 500, """{"detail":"Internal Server Error"}""")]
    public async Task What_an_app_throws_is_a_status_and_a_detail(string kind, int status, string body)
    {
        await using var app = await RunningApp.StartAsync();
        var response = await app.PostAsync("/fail", $$"""{"text":"{{kind}}"}""");
        Assert.Equal((status, body), (RunningApp.Status(response), RunningApp.Body(response)));
    }

    [Theory]
    [InlineData("go", 200)]
    [InlineData("fail", 500)]
    public async Task What_an_endpoint_says_of_its_answer_is_in_the_headers(string text, int status)
    {
        await using var app = await RunningApp.StartAsync();
        var response = await app.PostAsync("/wishes", $$"""{"text":"{{text}}"}""");
        Assert.Equal(status, RunningApp.Status(response));
        Assert.Contains("x-fal-billable-units: 1.5\r\n", response, StringComparison.Ordinal);
        Assert.Contains("x-fal-needs-retry: 1\r\n", response, StringComparison.Ordinal);
        Assert.Contains("x-fal-stop-runner: 0\r\n", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unexpected_exception_is_in_the_request_s_log_only()
    {
        await using var app = await RunningApp.StartAsync();
        var response = await app.PostAsync("/fail", """{"text":"x"}""", "x-fal-request-id: r-9");
        Assert.DoesNotContain("secret", response, StringComparison.Ordinal);
        var line = app.Printed.Split('\n')[0];
        Assert.Contains("the secret reason", line, StringComparison.Ordinal);
        Assert.Contains("\"fal_request_id\":\"r-9\"", line, StringComparison.Ordinal);
        Assert.Contains("\"level\":\"ERROR\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_call_answers_499()
    {
        await using var app = await RunningApp.StartAsync();
        var call = app.PostAsync("/wait", """{"text":"a"}""", "x-fal-request-id: r-2");
        await app.App.Entered.Task;
        var other = await app.PostAsync("/wait/cancel", "", "x-fal-request-id: r-3");
        Assert.Equal(404, RunningApp.Status(other));
        var cancel = await app.PostAsync("/wait/cancel", "", "x-fal-request-id: r-2");
        Assert.Equal(202, RunningApp.Status(cancel));
        var response = await call;
        Assert.Equal((499, """{"detail":"Request cancelled"}"""), (RunningApp.Status(response), RunningApp.Body(response)));
    }

    [Fact]
    public async Task A_dropped_connection_cancels_the_call()
    {
        await using var app = await RunningApp.StartAsync();
        var stream = await app.ConnectAsync();
        await stream.WriteAsync(
            "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n{\"text\":\"a\"}"u8.ToArray(),
            TestContext.Current.CancellationToken);
        await app.App.Entered.Task;
        await stream.DisposeAsync();

        // Stopping waits for calls in flight; this one ends only because it was cancelled.
        await app.Server.StopAsync();
        Assert.Equal(["exit", "teardown"], app.App.Events);
    }

    [Fact]
    public async Task Stopping_tells_the_app_then_finishes_calls_then_tears_down()
    {
        await using var app = await RunningApp.StartAsync();
        var call = app.PostAsync("/wait", """{"text":"a"}""");
        await app.App.Entered.Task;
        var stopping = app.Server.StopAsync();
        app.App.Released.SetResult();
        await stopping;
        Assert.Equal(200, RunningApp.Status(await call));
        Assert.Equal(["exit", "answered", "teardown"], app.App.Events);
    }

    [Fact]
    public async Task A_stream_that_fails_after_its_start_breaks_off()
    {
        await using var app = await RunningApp.StartAsync();
        var response = await app.PostAsync("/stream", """{"text":"break"}""");

        // A missing last chunk is the only way left to say that more should have come.
        Assert.DoesNotContain("\r\n0\r\n", response, StringComparison.Ordinal);
        Assert.Contains("broken", app.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_beyond_the_author_s_type_is_422()
    {
        await using var app = await RunningApp.StartAsync();
        var response = await app.PostAsync("/plain", """{"prompt":"a","size":{"width":1099511627776}}""");
        Assert.Equal(422, RunningApp.Status(response));
        Assert.Contains("""["body","size.width"]""", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_method_is_405()
    {
        await using var app = await RunningApp.StartAsync();
        Assert.Equal(405, RunningApp.Status(await app.GetAsync("/")));
    }

    [Fact]
    public async Task Setup_finds_its_packs()
    {
        await using var app = await RunningApp.StartAsync();
        Assert.Equal("/packs/sample", app.App.PackFolder);
    }
}

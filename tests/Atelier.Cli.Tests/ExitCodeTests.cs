namespace Atelier.Cli.Tests;

public sealed class ExitCodeTests : CliTest
{
    const string Prompt = """ "prompt":{"type":"string"} """;

    [Fact]
    public async Task A_finished_request_prints_the_models_json_and_answers_0()
    {
        Server.Model("acme/echo", Prompt, """{"echo":{"prompt":"hé"},"n":1}""");

        Assert.Equal(0, await RunAsync("generate", "-m", "acme/echo", "-p", "hé"));

        Assert.Equal("""{"echo":{"prompt":"hé"},"n":1}""" + Environment.NewLine, Out);
        Assert.Equal("""{"prompt":"h\u00E9"}""", Server.Last("POST /queue.fal.run/").Body);
        Assert.Contains($"Target: {Server.Url}", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_input_names_each_field_on_a_line_and_answers_1()
    {
        Server.On("GET /queue.fal.run/acme/bad/requests/r1", """
            {"detail":[{"loc":["body","prompt"],"msg":"Field required","type":"missing"},
            {"loc":["body","loras",0,"path"],"msg":"Bad","type":"value_error"}]}
            """, 422);

        Assert.Equal(1, await RunAsync("result", "acme/bad", "r1"));

        Assert.Contains("\n  prompt: Field required", Error, StringComparison.Ordinal);
        Assert.Contains("\n  loras.0.path: Bad", Error, StringComparison.Ordinal);
        Assert.Empty(Out);
    }

    [Theory]
    [InlineData("generate", "--no-such-flag")]
    [InlineData("generate", "-m", "noslash", "-p", "x")]
    [InlineData("generate", "--timeout", "0")]
    [InlineData("generate", "--timeout", "abc")]
    [InlineData("generate", "--priority", "urgent")]
    [InlineData("upload")]
    [InlineData("upload", "/no/such/file")]
    [InlineData("nonsense")]
    [InlineData("status", "r1", "--server", "ftp://x")]
    [InlineData("keys", "create", "--scope", "ROOT")]
    [InlineData("models")]
    public async Task A_wrong_command_line_answers_2_and_sends_nothing(params string[] arguments)
    {
        Assert.Equal(2, await RunAsync(arguments));

        Assert.StartsWith("Error: ", Error, StringComparison.Ordinal);
        Assert.Empty(Server.Requests);
    }

    [Fact]
    public async Task An_unknown_model_answers_3_with_the_three_nearest_ids()
    {
        Server.On("GET /api.fal.ai/v1/models?limit=100", """
            {"models":[{"endpoint_id":"fal-ai/kokoro/american-english"},{"endpoint_id":"fal-ai/rembg"},
            {"endpoint_id":"fal-ai/esrgan"},{"endpoint_id":"acme/other"}],"next_cursor":null,"has_more":false}
            """);

        Assert.Equal(3, await RunAsync("generate", "-m", "fal-ai/rembgg", "-p", "x"));

        Assert.Contains("Error: Application \"fal-ai/rembgg\" not found", Error, StringComparison.Ordinal);
        Assert.Contains("Nearest:", Error, StringComparison.Ordinal);
        Assert.Contains("  fal-ai/rembg" + Environment.NewLine, Error, StringComparison.Ordinal);
        Assert.DoesNotContain("kokoro", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_only_fal_runs_is_refused_before_anything_is_uploaded()
    {
        Server.On("GET /fal.ai/api/openapi/queue/openapi.json?endpoint_id=far%2Fflux", """
            {"info":{"x-atelier":{"callable":false}},"components":{"schemas":{"FluxInput":{"properties":{"image_url":{"type":"string"}}}}}}
            """);
        Server.On("GET /api.fal.ai/v1/models?limit=100", """
            {"models":[{"endpoint_id":"far/fluxx"},{"endpoint_id":"far/flux","x-atelier":{"callable":false}},
            {"endpoint_id":"far/flux2","x-atelier":{"callable":false}}],"next_cursor":null,"has_more":false}
            """);

        Assert.Equal(3, await RunAsync("generate", "-m", "far/flux", "--image", Write("a.png", "x")));

        Assert.Contains("It is fal's, and this server does not run it: --server fal does.", Error, StringComparison.Ordinal);
        Assert.Contains("  far/fluxx" + Environment.NewLine, Error, StringComparison.Ordinal);
        Assert.DoesNotContain("far/flux2", Error, StringComparison.Ordinal);
        Assert.All(Server.Requests, seen => Assert.StartsWith("GET ", seen.Route, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_request_answers_3()
    {
        Server.On("GET /queue.fal.run/acme/echo/requests/nope/status?logs=0", """{"status":"NOT_FOUND"}""", 404);

        Assert.Equal(3, await RunAsync("status", "acme/echo", "nope"));

        Assert.Contains("Error: Request not found", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_answers_4()
    {
        Assert.Equal(4, await RunAsync("models", "list", "--server", "http://127.0.0.1:1"));

        Assert.Contains("cannot be reached", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_over_the_limit_answers_5_with_the_id_and_the_way_on()
    {
        Server.On("POST /queue.fal.run/acme/x", """{"request_id":"r9"}""");
        Server.On("GET /fal.ai/api/openapi/queue/openapi.json?endpoint_id=acme%2Fx", "{}");
        const string waiting = """{"status":"IN_QUEUE","queue_position":2}""";
        Server.On("GET /queue.fal.run/acme/x/requests/r9/status?logs=0", waiting, 202);
        Server.On("GET /queue.fal.run/acme/x/requests/r9/status?logs=1", waiting, 202);

        Assert.Equal(5, await RunAsync("generate", "-m", "acme/x", "--timeout", "10", "--poll-interval", "1"));

        Assert.Contains("Error: Timeout after 10s", Error, StringComparison.Ordinal);
        Assert.Contains("Request ID: r9", Error, StringComparison.Ordinal);
        Assert.Contains("--result \"r9\" --model \"acme/x\"", Error, StringComparison.Ordinal);
        Assert.Single(Error.Split(Environment.NewLine), "Status: IN_QUEUE (position: 2)");
        Assert.Equal(TimeSpan.FromMilliseconds(100), Time.Waits[0]);
        Assert.All(Time.Waits, wait => Assert.True(wait <= TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task An_interruption_cancels_the_request_and_answers_130()
    {
        using var interrupt = new CancellationTokenSource();
        Server.On("GET /fal.ai/api/openapi/queue/openapi.json?endpoint_id=acme%2Fx", "{}");
        Server.On("POST /queue.fal.run/acme/x", """{"request_id":"r9"}""");
        Server.OnCall(
            "GET /queue.fal.run/acme/x/requests/r9/status?logs=0", """{"status":"IN_PROGRESS","logs":null}""", 202,
            interrupt.Cancel);
        Server.On("PUT /queue.fal.run/acme/x/requests/r9/cancel", """{"status":"CANCELLATION_REQUESTED"}""", 202);

        Assert.Equal(130, await RunAsync(interrupt.Token, "generate", "-m", "acme/x"));

        Assert.Contains(Server.Requests, seen => seen.Route == "PUT /queue.fal.run/acme/x/requests/r9/cancel");
        Assert.Contains("Cancelled request r9", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_a_finished_request_answers_1()
    {
        Server.On("PUT /queue.fal.run/acme/x/requests/r9/cancel", """{"status":"ALREADY_COMPLETED"}""", 400);

        Assert.Equal(1, await RunAsync("generate", "-m", "acme/x", "--cancel", "r9"));
        Assert.Contains("completed already", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_key_answers_1_and_names_the_variables()
    {
        Server.On("GET /api.fal.ai/v1/keys", """{"detail":"invalid key credentials"}""", 401);

        Assert.Equal(1, await RunAsync("keys", "list"));
        Assert.Contains("ATELIER_KEY", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_command_shows_the_help_on_stderr_and_is_a_usage_error()
    {
        Assert.Equal(2, await RunAsync());

        Assert.Contains("generate", Error, StringComparison.Ordinal);
        Assert.Empty(Out);
    }

    [Fact]
    public async Task The_way_on_names_the_server_that_the_command_named()
    {
        Server.Model("acme/m", "");

        Assert.Equal(0, await RunAsync("submit", "-m", "acme/m", "--server", Server.Url, "--data", At("data")));

        Assert.Contains(
            $"atelier generate --server {Server.Url} --data \"{At("data")}\" --status \"r1\"", Error,
            StringComparison.Ordinal);
    }
}

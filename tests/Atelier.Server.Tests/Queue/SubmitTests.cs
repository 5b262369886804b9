using System.Text;
using Atelier.Queue;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Queue;

/// <summary>Bytes in, bytes out: hand-written requests and exact bodies.</summary>
public sealed class SubmitTests
{
    const string Paint = "/queue.fal.run/acme/paint";
    const string Input = """{"prompt":"a cat"}""";
    const string NoUrl = "fal_webhook must be an absolute http or https URL of at most 2048 characters";
    const string Private = "fal_webhook must lead to the public internet; this server's operator can allow private places";

    [Fact]
    public async Task A_submit_answers_every_key_that_a_client_needs()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("POST", Paint + "/fast", Input);

        var id = answer.Headers["x-fal-request-id"];
        var url = $"{host.Url}/queue.fal.run/acme/paint/requests/{id}";
        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json", answer.Headers["Content-Type"]);
        Assert.Equal(
            $$$"""{"status":"IN_QUEUE","request_id":"{{{id}}}","response_url":"{{{url}}}","status_url":"{{{url}}}/status","cancel_url":"{{{url}}}/cancel","logs":null,"metrics":{},"queue_position":0}""",
            answer.Body);
        Assert.Equal(7, Guid.Parse(id).Version);
    }

    [Fact]
    public async Task A_workflow_keeps_its_namespace_in_the_urls()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("POST", "/queue.fal.run/workflows/acme/pipe/", Input);

        Assert.Contains($"{host.Url}/queue.fal.run/workflows/acme/pipe/requests/", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nope/nothing", """{"detail":"Application \"nope/nothing\" not found"}""")]
    [InlineData("nope/nothing/deep", """{"detail":"Application \"nope/nothing/deep\" not found"}""")]
    [InlineData("alone", """{"detail":"Application \"alone\" not found"}""")]
    [InlineData("acme/paint/slow", """{"detail":"Path /slow not found"}""")]
    public async Task An_unknown_endpoint_is_404_at_once(string id, string body)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("POST", $"/queue.fal.run/{id}", "not even JSON");

        Assert.Equal(404, answer.Status);
        Assert.Equal(body, answer.Body);
        Assert.Equal("0", answer.Headers["x-fal-billable-units"]);
        Assert.NotEmpty(answer.Headers["x-fal-request-id"]);
    }

    [Fact]
    public async Task With_exact_an_endpoint_of_another_net_does_not_exist()
    {
        await using var host = await WireHost.StartAsync(exactOnly: true, dispatch: false);

        Assert.Equal(404, (await host.SendAsync("POST", Paint + "/fast", Input)).Status);
        Assert.Equal(200, (await host.SendAsync("POST", Paint, Input)).Status);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{'prompt':1}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("prompt=a")]
    public async Task A_body_that_is_not_JSON_is_400(string body)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("POST", Paint, body);

        Assert.Equal(400, answer.Status);
        Assert.Equal("""{"detail":"The request body is not valid JSON","error_type":"bad_request"}""", answer.Body);
        Assert.Equal("bad_request", answer.Headers["x-fal-error-type"]);
    }

    [Theory]
    [InlineData(64, 200)]
    [InlineData(65, 400)]
    public async Task An_input_nests_64_levels_and_no_more(int depth, int status)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("POST", Paint, new string('[', depth) + new string(']', depth));

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("POST", Paint, $"\"{new string('x', 1024 * 1024)}\"");

        Assert.Equal(413, answer.Status);
        Assert.NotEmpty(answer.Headers["x-fal-request-id"]);
    }

    [Fact]
    public async Task Broken_utf8_is_400_and_a_chunked_body_without_content_type_is_fine()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        Assert.StartsWith("HTTP/1.1 400 ", await RawAsync(host, [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8]), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", await RawAsync(host, [.. Encoding.UTF8.GetBytes(Input)]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x-fal-request-timeout", "0.1", "X-Fal-Request-Timeout must be a number of seconds greater than 0.1")]
    [InlineData("x-fal-request-timeout", "soon", "X-Fal-Request-Timeout must be a number of seconds greater than 0.1")]
    [InlineData("x-fal-request-timeout", "NaN", "X-Fal-Request-Timeout must be a number of seconds greater than 0.1")]
    [InlineData("x-fal-queue-priority", "high", "X-Fal-Queue-Priority must be 'normal' or 'low'")]
    [InlineData("x-fal-object-lifecycle-preference", "7d", "X-Fal-Object-Lifecycle-Preference must be a JSON object of at most 4096 characters")]
    [InlineData("x-fal-object-lifecycle-preference", """{"expiration_duration_seconds":-1}""", "X-Fal-Object-Lifecycle-Preference: expiration_duration_seconds must be a whole number between 1 and 3153600000.")]
    public async Task A_header_that_makes_no_sense_is_400_and_named(string name, string value, string detail)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("POST", Paint, Input, (name, value));

        Assert.Equal(400, answer.Status);
        Assert.Equal($$"""{"detail":"{{detail}}","error_type":"bad_request"}""", answer.Body);
    }

    [Fact]
    public async Task Every_header_of_the_official_clients_is_taken()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        await host.SubmitAsync(
            Input, ("X-Fal-Request-Timeout", "45"), ("x-fal-queue-priority", "low"), ("x-fal-no-retry", "1"),
            ("x-fal-store-io", "0"), ("x-fal-runner-hint", "sess-1"),
            ("x-fal-object-lifecycle-preference", """{"expiration_duration_seconds":86400}"""));
    }

    [Theory]
    [InlineData("https://hook.example/a")]
    [InlineData("http://hook.example:8080/a?token=1%202")]
    public async Task A_webhook_is_kept_with_the_request(string url)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("POST", $"{Paint}?fal_webhook={Uri.EscapeDataString(url)}", Input);

        Assert.Equal(200, answer.Status);
        var outbox = ((SqliteQueueStore)host.Store).Webhooks;
        var kept = await outbox.ListAsync(new("local", null, null, null, null, 9), TestContext.Current.CancellationToken);
        Assert.Equal((answer.Headers["x-fal-request-id"], url), (Assert.Single(kept).JobId, kept[0].Url));
    }

    [Theory]
    [InlineData("", NoUrl)]
    [InlineData("hook.example", NoUrl)]
    [InlineData("/hook", NoUrl)]
    [InlineData("ftp://hook.example/", NoUrl)]
    [InlineData("file:///etc/passwd", NoUrl)]
    [InlineData("https://a/&fal_webhook=https://b/", NoUrl)]
    [InlineData("https://me:secret@hook.example/", "fal_webhook must not hold a user name or password")]
    [InlineData("http://127.0.0.1:8080/", Private)]
    [InlineData("http://localhost/", Private)]
    [InlineData("http://a.localhost/", Private)]
    [InlineData("http://0x7f.1/", Private)]
    [InlineData("http://2130706433/", Private)]
    [InlineData("http://10.0.0.1/", Private)]
    [InlineData("http://169.254.169.254/latest", Private)]
    [InlineData("http://[::1]/", Private)]
    [InlineData("http://[::ffff:10.0.0.1]/", Private)]
    public async Task A_webhook_that_can_never_arrive_is_refused_at_once(string url, string detail)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("POST", $"{Paint}?fal_webhook={url}", Input);

        Assert.Equal(400, answer.Status);
        Assert.Equal($$"""{"detail":"{{detail}}","error_type":"bad_request"}""", answer.Body);
    }

    [Fact]
    public async Task A_webhook_has_at_most_2048_characters()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        var longest = "https://hook.example/" + new string('a', 2048 - 21);

        Assert.Equal(200, (await host.SendAsync("POST", $"{Paint}?fal_webhook={longest}", Input)).Status);
        Assert.Equal(400, (await host.SendAsync("POST", $"{Paint}?fal_webhook={longest}a", Input)).Status);
    }

    [Fact]
    public async Task A_queue_longer_than_the_caller_wants_is_429()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        await host.SubmitAsync();
        await host.SubmitAsync();

        var full = await host.SendAsync("POST", Paint + "?fal_max_queue_length=1", Input);
        var fits = await host.SendAsync("POST", Paint + "?fal_max_queue_length=2", Input);

        Assert.Equal(429, full.Status);
        Assert.Equal("""{"detail":"The queue has 2 waiting requests, more than fal_max_queue_length=1","error_type":"concurrent_requests_limit"}""", full.Body);
        Assert.Equal(
            ("concurrent_requests_limit", "true"), (full.Headers["x-fal-error-type"], full.Headers["x-fal-retryable"]));
        Assert.Equal(200, fits.Status);
        Assert.EndsWith("\"queue_position\":2}", fits.Body, StringComparison.Ordinal);
        Assert.Equal(400, (await host.SendAsync("POST", Paint + "?fal_max_queue_length=-1", Input)).Status);
        Assert.Equal(200, (await host.SendAsync("POST", Paint + "?fal_max_queue_length=99999999999", Input)).Status);
    }

    [Fact]
    public async Task Submits_that_limit_the_queue_count_one_another()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(
            _ => host.SendAsync("POST", Paint + "?fal_max_queue_length=4", Input)));

        var accepted = answers.Count(answer => answer.Status == 200);
        Assert.InRange(accepted, 1, 5);
        Assert.Equal(accepted, host.Store.Waiting("acme/paint"));
        Assert.Equal(40 - accepted, answers.Count(answer => answer.Status == 429));
    }

    [Theory]
    [InlineData("X-Fal-Tags", "Team=art")]
    [InlineData("X-Fal-Tags", "team")]
    [InlineData("X-Fal-Tags", "fal.team=art")]
    [InlineData("X-Fal-Tags", "team=art,team=music")]
    [InlineData("X-Fal-Tags", "a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1,j=1,k=1")]
    [InlineData("X-Fal-Retry-Config", "retries")]
    [InlineData("X-Fal-Retry-Config", "[]")]
    [InlineData("X-Fal-Retry-Config", """{"server_error":{"retries":-1}}""")]
    [InlineData("X-Fal-Retry-Config", """{"server_error":{"retries":1.5}}""")]
    public async Task A_header_that_makes_no_sense_is_refused_by_name(string header, string value)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        foreach (var path in new[] { Paint, "/fal.run/acme/paint" })
        {
            var answer = await host.SendAsync("POST", path, Input, (header, value));
            Assert.Equal((400, "bad_request", "false"), (answer.Status, answer.Headers["x-fal-error-type"], answer.Headers["x-fal-retryable"]));
            Assert.StartsWith($$"""{"detail":"{{header}} must""", answer.Body, StringComparison.Ordinal);
        }

        Assert.Equal(200, (await host.SendAsync("POST", Paint, Input, (header, header is "X-Fal-Tags" ? "" : "{}"))).Status);
    }

    [Fact]
    public async Task An_idempotency_key_answers_the_first_request_again_and_409_for_another_body()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        var first = await host.SendAsync("POST", Paint, Input, ("Idempotency-Key", "k"));

        var again = await host.SendAsync("POST", Paint, Input, ("Idempotency-Key", "k"));
        var other = await host.SendAsync("POST", Paint, """{"prompt":"a dog"}""", ("Idempotency-Key", "k"));

        Assert.Equal(first.Body, again.Body);
        Assert.Equal(first.Headers["x-fal-request-id"], again.Headers["x-fal-request-id"]);
        Assert.Equal(409, other.Status);
        Assert.Equal(
            """{"detail":"This Idempotency-Key was used before with another request body","error_type":"bad_request"}""", other.Body);
    }

    [Fact]
    public async Task A_full_disk_is_503_before_acceptance()
    {
        await using var host = await WireHost.StartAsync(dispatch: false, wrap: store => new FullStore(store));

        var answer = await host.SendAsync("POST", Paint, Input);

        Assert.Equal(503, answer.Status);
        Assert.Equal(
            """{"detail":"The queue cannot store requests right now; nothing was accepted","error_type":"internal_error"}""", answer.Body);
    }

    static async Task<string> RawAsync(WireHost host, byte[] body)
    {
        await using var stream = await host.ConnectAsync();
        byte[] request =
        [
            .. Encoding.ASCII.GetBytes(
                $"POST {Paint} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n"),
            .. body, .. "\r\n0\r\n\r\n"u8,
        ];
        await stream.WriteAsync(request, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}

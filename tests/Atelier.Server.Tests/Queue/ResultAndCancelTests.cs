using System.Text;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Queue;

public sealed class ResultAndCancelTests
{
    const string Requests = "/queue.fal.run/acme/paint/requests";

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/response")]
    public async Task A_result_is_the_apps_own_answer(string suffix)
    {
        await using var host = await WireHost.StartAsync();
        host.Runner.Always(ScriptedRunner.Answer(
            200, """{ "any" : "bytes é" }""", ("x-fal-billable-units", "2"), ("x-fal-needs-retry", "1"), ("x-fal-stop-runner", "0")));
        var id = await host.SubmitAsync();
        await host.CompletedAsync(id);

        var answer = await host.SendAsync("GET", $"{Requests}/{id}{suffix}");

        Assert.Equal((200, """{ "any" : "bytes é" }"""), (answer.Status, answer.Body));
        Assert.Equal("application/json", answer.Headers["Content-Type"]);
        Assert.Equal(id, answer.Headers["x-fal-request-id"]);
        Assert.Equal("2", answer.Headers["x-fal-billable-units"]);
        Assert.False(answer.Headers.ContainsKey("x-fal-needs-retry"));
        Assert.False(answer.Headers.ContainsKey("x-fal-stop-runner"));
    }

    [Fact]
    public async Task A_large_result_comes_back_whole()
    {
        await using var host = await WireHost.StartAsync();
        var body = $"\"{new string('é', 300_000)}\"";
        host.Runner.Always(ScriptedRunner.Answer(200, body));
        var id = await host.SubmitAsync();
        await host.CompletedAsync(id);

        var answer = await host.SendAsync("GET", $"{Requests}/{id}");

        Assert.Equal(body, answer.Body);
        Assert.Equal(Encoding.UTF8.GetByteCount(body).ToString(System.Globalization.CultureInfo.InvariantCulture), answer.Headers["Content-Length"]);
    }

    [Fact]
    public async Task The_model_that_really_ran_is_named()
    {
        await using var host = await WireHost.StartAsync();
        var submit = await host.SendAsync("POST", "/queue.fal.run/acme/paint/fast", """{"prompt":"x"}""");
        var id = submit.Headers["x-fal-request-id"];
        await host.CompletedAsync(id);

        var answer = await host.SendAsync("GET", $"{Requests}/{id}");

        Assert.Equal("TinyPaint; q8; paint@1", answer.Headers["x-atelier-model"]);
    }

    [Fact]
    public async Task Before_completion_a_result_is_400_with_the_text_that_clients_compare()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("GET", $"{Requests}/{await host.SubmitAsync()}");

        Assert.Equal((400, """{"detail":"Request is still in progress"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task An_unknown_result_is_404()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var unknown = await host.SendAsync("GET", $"{Requests}/nope");
        var foreign = await host.SendAsync("GET", $"{Requests}/{await host.SubmitAsync()}", null, ("x-test-account", "other"));

        Assert.Equal((404, """{"detail":"Request not found"}"""), (unknown.Status, unknown.Body));
        Assert.Equal((404, """{"detail":"Request not found"}"""), (foreign.Status, foreign.Body));
    }

    [Theory]
    [InlineData("""{"prompt":"x"}""", "0", 1)]
    [InlineData("""{"prompt":"x","sync_mode":true}""", "1", 1)]
    [InlineData("""{"prompt":"x"}""", "1", 30 * 24)]
    public async Task A_payload_is_kept_for_its_retention_and_no_longer(string input, string storeIo, int hours)
    {
        var time = new ManualTime();
        await using var host = await WireHost.StartAsync(time);
        var id = await host.SubmitAsync(input, ("x-fal-store-io", storeIo));
        await host.CompletedAsync(id);

        time.Advance(TimeSpan.FromHours(hours) - TimeSpan.FromSeconds(1));
        await host.Store.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Equal(200, (await host.SendAsync("GET", $"{Requests}/{id}")).Status);

        time.Advance(TimeSpan.FromSeconds(2));
        await host.Store.SweepAsync(TestContext.Current.CancellationToken);
        var expired = await host.SendAsync("GET", $"{Requests}/{id}");
        Assert.Equal((404, """{"detail":"Request payload expired"}"""), (expired.Status, expired.Body));
    }

    [Theory]
    [InlineData("PUT", "/cancel")]
    [InlineData("PUT", "/cancel/")]
    [InlineData("POST", "/cancel")]
    public async Task A_waiting_request_is_cancelled_and_its_result_is_499(string method, string suffix)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        var id = await host.SubmitAsync();

        var cancel = await host.SendAsync(method, $"{Requests}/{id}{suffix}");
        var status = await host.SendAsync("GET", $"{Requests}/{id}/status");
        var result = await host.SendAsync("GET", $"{Requests}/{id}");

        Assert.Equal((202, """{"status":"CANCELLATION_REQUESTED"}"""), (cancel.Status, cancel.Body));
        Assert.Equal(200, status.Status);
        Assert.EndsWith(
            ""","logs":null,"metrics":{},"error":"Request cancelled","error_type":"client_cancelled"}""", status.Body, StringComparison.Ordinal);
        Assert.Equal((499, """{"detail":"Request cancelled","error_type":"client_cancelled"}"""), (result.Status, result.Body));
        Assert.Equal("client_cancelled", result.Headers["x-fal-error-type"]);
    }

    [Fact]
    public async Task A_running_request_is_cancelled_through_its_runner()
    {
        await using var host = await WireHost.StartAsync();
        var (begun, _) = host.Runner.HoldCalls();
        var id = await host.SubmitAsync();
        await begun;

        var cancel = await host.SendAsync("PUT", $"{Requests}/{id}/cancel");
        await host.CompletedAsync(id);
        var result = await host.SendAsync("GET", $"{Requests}/{id}");

        Assert.Equal((202, """{"status":"CANCELLATION_REQUESTED"}"""), (cancel.Status, cancel.Body));
        Assert.Equal((499, """{"detail":"Request cancelled","error_type":"client_cancelled"}"""), (result.Status, result.Body));
    }

    [Fact]
    public async Task Cancelling_what_is_done_is_400_and_what_is_unknown_404()
    {
        await using var host = await WireHost.StartAsync();
        var id = await host.SubmitAsync();
        await host.CompletedAsync(id);

        var done = await host.SendAsync("PUT", $"{Requests}/{id}/cancel");
        var unknown = await host.SendAsync("PUT", $"{Requests}/nope/cancel");

        Assert.Equal((400, """{"status":"ALREADY_COMPLETED"}"""), (done.Status, done.Body));
        Assert.Equal((404, """{"status":"NOT_FOUND"}"""), (unknown.Status, unknown.Body));
        Assert.Equal(200, (await host.SendAsync("GET", $"{Requests}/{id}")).Status);
    }

    [Theory]
    [InlineData("GET", "/queue.fal.run/acme/paint")]
    [InlineData("PUT", "/queue.fal.run/acme/paint")]
    [InlineData("PUT", "/queue.fal.run/acme/paint/requests/1")]
    [InlineData("POST", "/queue.fal.run/acme/paint/requests/1/status")]
    public async Task The_wrong_method_is_405(string method, string path)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync(method, path);

        Assert.Equal((405, """{"detail":"Method Not Allowed"}"""), (answer.Status, answer.Body));
    }
}

using Atelier.Protocol;
using Atelier.Server.Queue;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Queue;

public sealed class StatusTests
{
    static readonly QueueOptions NoHold = new() { StatusHoldMs = 0 };

    [Fact]
    public async Task A_waiting_request_tells_its_position()
    {
        await using var host = await WireHost.StartAsync(queue: NoHold, dispatch: false);
        await host.SubmitAsync();
        var id = await host.SubmitAsync();

        var answer = await host.SendAsync("GET", $"/queue.fal.run/acme/paint/requests/{id}/status?logs=0");

        Assert.Equal(202, answer.Status);
        Assert.Equal(id, answer.Headers["x-fal-request-id"]);
        Assert.Equal("application/json", answer.Headers["Content-Type"]);
        Assert.Equal($$"""{"status":"IN_QUEUE",{{Urls(host, id)}},"queue_position":1,"logs":null}""", answer.Body);
    }

    [Theory]
    [InlineData("?logs=1", true)]
    [InlineData("?logs=true", true)]
    [InlineData("?logs=True", true)]
    [InlineData("?logs=0", false)]
    [InlineData("?logs=false", false)]
    [InlineData("?logs=False", false)]
    [InlineData("", false)]
    public async Task A_running_request_shows_its_log_to_whoever_asks(string query, bool shown)
    {
        var time = new ManualTime();
        await using var host = await WireHost.StartAsync(time, NoHold);
        var end = new TaskCompletionSource<Atelier.Server.Calls.RunnerOutcome>();
        var logged = new TaskCompletionSource();
        host.Runner.Handle = async (call, cancellationToken) =>
        {
            call.Log(new LogLine(time.GetUtcNow(), "INFO", "step 1 of 2: \"half\" done"));
            logged.SetResult();
            return await end.Task.WaitAsync(cancellationToken);
        };
        var id = await host.SubmitAsync();
        await logged.Task;

        // Lines travel to the store in batches on another thread; a read sees a batch whole or not yet.
        WireAnswer answer;
        var begun = TimeProvider.System.GetTimestamp();
        do
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(20), "The line did not arrive.");
            answer = await host.SendAsync("GET", $"/queue.fal.run/acme/paint/requests/{id}/status/{query}");
        }
        while (shown && answer.Body.EndsWith("\"logs\":[]}", StringComparison.Ordinal));

        var logs = shown
            ? """[{"message":"step 1 of 2: \"half\" done","timestamp":"2026-01-01T00:00:00.000Z","level":"INFO","source":"USER","labels":{"level":"INFO","source":"USER"}}]"""
            : "null";
        Assert.Equal(202, answer.Status);
        Assert.Equal($$"""{"status":"IN_PROGRESS",{{Urls(host, id)}},"logs":{{logs}}}""", answer.Body);
        end.SetResult(ScriptedRunner.Ok);
    }

    [Fact]
    public async Task A_completed_request_is_200_with_its_inference_time()
    {
        var time = new ManualTime();
        await using var host = await WireHost.StartAsync(time, NoHold);
        host.Runner.Handle = (_, _) =>
        {
            time.Advance(TimeSpan.FromSeconds(1.25));
            return Task.FromResult(ScriptedRunner.Ok);
        };
        var id = await host.SubmitAsync();
        await host.CompletedAsync(id);

        var answer = await host.SendAsync("GET", $"/queue.fal.run/acme/paint/requests/{id}/status");

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            $$$"""{"status":"COMPLETED",{{{Urls(host, id)}}},"logs":null,"metrics":{"inference_time":1.25}}""", answer.Body);
    }

    [Fact]
    public async Task A_request_that_completed_badly_says_so_in_words()
    {
        await using var host = await WireHost.StartAsync(queue: NoHold);
        var id = await host.SubmitAsync("""{"steps":4}""");
        await host.CompletedAsync(id);

        var answer = await host.SendAsync("GET", $"/queue.fal.run/acme/paint/requests/{id}/status");

        Assert.Equal(200, answer.Status);
        Assert.EndsWith(",\"error\":\"prompt: Field required\",\"error_type\":\"missing\"}", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_request_and_another_accounts_are_404()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        var id = await host.SubmitAsync();

        var unknown = await host.SendAsync("GET", "/queue.fal.run/acme/paint/requests/nope/status");
        var foreign = await host.SendAsync("GET", $"/queue.fal.run/acme/paint/requests/{id}/status", null, ("x-test-account", "other"));

        Assert.Equal((404, """{"status":"NOT_FOUND"}"""), (unknown.Status, unknown.Body));
        Assert.Equal("nope", unknown.Headers["x-fal-request-id"]);
        Assert.Equal((404, """{"status":"NOT_FOUND"}"""), (foreign.Status, foreign.Body));
    }

    [Fact]
    public async Task A_held_status_answers_as_soon_as_the_request_completes()
    {
        // The clock stands still: only the completion can end the hold.
        await using var host = await WireHost.StartAsync(new ManualTime());
        var (begun, end) = host.Runner.HoldCalls();
        var id = await host.SubmitAsync();
        await begun;

        var status = host.SendAsync("GET", $"/queue.fal.run/acme/paint/requests/{id}/status");
        end.SetResult(ScriptedRunner.Ok);

        Assert.Equal(200, (await status).Status);
    }

    [Fact]
    public async Task A_hold_ends_with_its_time_and_a_full_house_holds_nobody()
    {
        await using var host = await WireHost.StartAsync(queue: new() { StatusHoldMs = 1 }, dispatch: false);
        await using var full = await WireHost.StartAsync(new ManualTime(), new() { StatusHoldsMax = 0 }, dispatch: false);

        Assert.Equal(202, (await host.SendAsync("GET", $"/queue.fal.run/a/b/requests/{await host.SubmitAsync()}/status")).Status);
        Assert.Equal(202, (await full.SendAsync("GET", $"/queue.fal.run/a/b/requests/{await full.SubmitAsync()}/status")).Status);
    }

    static string Urls(WireHost host, string id)
    {
        var url = $"{host.Url}/queue.fal.run/acme/paint/requests/{id}";
        return $"\"request_id\":\"{id}\",\"response_url\":\"{url}\",\"status_url\":\"{url}/status\",\"cancel_url\":\"{url}/cancel\"";
    }
}

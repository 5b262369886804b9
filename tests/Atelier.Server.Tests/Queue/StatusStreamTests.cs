using Atelier.Protocol;
using Atelier.Server.Calls;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Queue;

public sealed class StatusStreamTests
{
    [Fact]
    public async Task A_stream_tells_every_state_once_and_ends_after_the_last()
    {
        var time = new ManualTime();
        await using var host = await WireHost.StartAsync(time);
        var (begun, end) = host.Runner.HoldCalls();
        var id = await host.SubmitAsync();
        await begun;

        using var stream = await OpenAsync(host, id);
        Assert.Equal((200, "text/event-stream; charset=utf-8"), (stream.Status, stream.ContentType));
        Assert.Equal(id, Assert.Single(stream.Headers.GetValues("x-fal-request-id")));
        Assert.Equal($$"""data: {"status":"IN_PROGRESS",{{Urls(host, id)}},"logs":null}""", await stream.NextAsync());
        end.SetResult(ScriptedRunner.Ok);

        Assert.Equal(
            $$$"""data: {"status":"COMPLETED",{{{Urls(host, id)}}},"logs":null,"metrics":{"inference_time":0}}""", await stream.NextAsync());
        Assert.Null(await stream.NextAsync());
        await ClosedAsync(host);
    }

    [Fact]
    public async Task Each_event_has_the_lines_that_are_new()
    {
        await using var host = await WireHost.StartAsync();
        var say = new TaskCompletionSource<Action<LogLine>>();
        var end = new TaskCompletionSource<RunnerOutcome>();
        host.Runner.Handle = async (call, cancellationToken) =>
        {
            say.SetResult(call.Log);
            return await end.Task.WaitAsync(cancellationToken);
        };
        var id = await host.SubmitAsync();
        var log = await say.Task;
        using var stream = await OpenAsync(host, id, "?logs=true");
        Assert.EndsWith("\"logs\":[]}", await stream.NextAsync(), StringComparison.Ordinal);

        log(new(default, "INFO", "first"));
        var first = await stream.NextAsync();
        log(new(default, "STDOUT", "second"));
        var second = await stream.NextAsync();
        log(new(default, "INFO", "third"));
        end.SetResult(ScriptedRunner.Ok);
        var rest = await stream.RestAsync();

        Assert.Equal((1, 0), (Count(first!, "first"), Count(first!, "second")));
        Assert.Equal((0, 1), (Count(second!, "first"), Count(second!, "second")));
        Assert.Equal((0, 1), (Count(rest, "second"), Count(rest, "third")));
    }

    [Fact]
    public async Task A_waiting_request_tells_its_place_again_when_it_moved_and_is_silent_no_longer_than_four_seconds()
    {
        var time = new ManualTime();
        await using var host = await WireHost.StartAsync(time, dispatch: false);
        var first = await host.SubmitAsync();
        var id = await host.SubmitAsync();
        using var stream = await OpenAsync(host, id);
        Assert.Contains("\"queue_position\":1,", await stream.NextAsync(), StringComparison.Ordinal);

        await host.SendAsync("PUT", $"/queue.fal.run/acme/paint/requests/{first}/cancel");
        var moved = await AdvanceUntilAsync(time, stream.NextAsync());
        var began = time.GetUtcNow();
        var silent = await AdvanceUntilAsync(time, stream.NextAsync());

        Assert.Contains("\"queue_position\":0,", moved, StringComparison.Ordinal);
        Assert.Equal(": ping", silent);
        Assert.True(time.GetUtcNow() - began <= TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_failure_is_told_with_the_last_event()
    {
        await using var host = await WireHost.StartAsync();
        host.Runner.Always(ScriptedRunner.Failed(RunnerFailure.Unavailable));
        var platform = await host.SubmitAsync();
        var field = await host.SubmitAsync("{}");
        await host.CompletedAsync(platform);
        await host.CompletedAsync(field);

        using var one = await OpenAsync(host, platform);
        using var two = await OpenAsync(host, field);

        Assert.EndsWith(
            "\"error\":\"The runner failed: Unavailable.\",\"error_type\":\"runner_scheduling_failure\"}",
            await one.NextAsync(), StringComparison.Ordinal);
        Assert.EndsWith("\"error\":\"prompt: Field required\",\"error_type\":\"missing\"}", await two.NextAsync(), StringComparison.Ordinal);
        Assert.Null(await one.NextAsync());
    }

    [Fact]
    public async Task An_unknown_request_and_another_accounts_are_404_before_anything_begins()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        var id = await host.SubmitAsync();

        var unknown = await host.SendAsync("GET", "/queue.fal.run/a/b/requests/nope/status/stream/");
        var foreign = await host.SendAsync("GET", $"/queue.fal.run/a/b/requests/{id}/status/stream", null, ("x-test-account", "other"));
        var head = await host.SendAsync("HEAD", $"/queue.fal.run/a/b/requests/{id}/status/stream");

        Assert.Equal((404, """{"status":"NOT_FOUND"}"""), (unknown.Status, unknown.Body));
        Assert.Equal("application/json", unknown.Headers["Content-Type"]);
        Assert.Equal(404, foreign.Status);
        Assert.Equal((200, ""), (head.Status, head.Body));
    }

    [Fact]
    public async Task A_reader_who_leaves_is_forgotten_and_more_than_the_limit_are_sent_to_poll()
    {
        await using var host = await WireHost.StartAsync(queue: new() { StatusStreamsMax = 1 }, dispatch: false);
        var id = await host.SubmitAsync();
        var path = $"/queue.fal.run/acme/paint/requests/{id}/status/stream";
        using (var stream = await OpenAsync(host, id))
        {
            await stream.NextAsync();
            var refused = await host.SendAsync("GET", path);
            Assert.Equal(503, refused.Status);
            Assert.Equal("concurrent_requests_limit", refused.Headers["x-fal-error-type"]);
        }

        await ClosedAsync(host);
        using var next = await OpenAsync(host, id);
        Assert.Equal(200, next.Status);
    }

    [Fact]
    public async Task A_stopping_server_breaks_off_the_streams_of_what_it_will_not_run()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        using var waiting = await OpenAsync(host, await host.SubmitAsync());
        await waiting.NextAsync();

        host.State.MarkDraining(TimeSpan.FromHours(1));

        await Assert.ThrowsAnyAsync<IOException>(waiting.NextAsync);
    }

    [Fact]
    public async Task A_stopping_server_lets_the_streams_of_running_work_see_its_end()
    {
        await using var host = await WireHost.StartAsync();
        var (begun, end) = host.Runner.HoldCalls();
        var id = await host.SubmitAsync();
        await begun;
        using var stream = await OpenAsync(host, id);
        await stream.NextAsync();

        host.State.MarkDraining(TimeSpan.FromHours(1));
        end.SetResult(ScriptedRunner.Ok);

        Assert.StartsWith("data: {\"status\":\"COMPLETED\"", await stream.NextAsync(), StringComparison.Ordinal);
        Assert.Null(await stream.NextAsync());
    }

    static Task<EventLines> OpenAsync(WireHost host, string id, string query = "") =>
        EventLines.OpenAsync(host.Http, HttpMethod.Get, $"/queue.fal.run/acme/paint/requests/{id}/status/stream{query}");

    static string Urls(WireHost host, string id)
    {
        var url = $"{host.Url}/queue.fal.run/acme/paint/requests/{id}";
        return $"\"request_id\":\"{id}\",\"response_url\":\"{url}\",\"status_url\":\"{url}/status\",\"cancel_url\":\"{url}/cancel\"";
    }

    static int Count(string text, string word) => text.Split($"\"message\":\"{word}\"").Length - 1;

    // The server sets its timers on its own threads, so the clock moves in steps until the block is there.
    static async Task<string> AdvanceUntilAsync(ManualTime time, Task<string?> block)
    {
        while (!block.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            // What the step set off has a moment to arrive; else the clock would run ahead of a busy machine.
            await Task.WhenAny(block, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System));
        }

        return (await block)!;
    }

    static async Task ClosedAsync(WireHost host)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (host.OpenStatusStreams > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(20), "A stream stayed open.");
            await Task.Yield();
        }
    }
}

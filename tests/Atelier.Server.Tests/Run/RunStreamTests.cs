using System.Text;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Run;

public sealed class RunStreamTests
{
    const string Stream = "/fal.run/acme/talk/stream";
    const string Input = """{"prompt":"a cat"}""";
    static readonly Dictionary<string, string> NoHeaders = [];
    static readonly RunnerOutcome Whole = new RunnerOutcome.Answered(200, default, NoHeaders);
    static readonly RunnerOutcome Broken = new RunnerOutcome.Failed(RunnerFailure.Incomplete, "The app's answer broke off.");

    [Fact]
    public async Task Events_reach_the_caller_one_by_one_and_the_last_is_the_result()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        var next = new SemaphoreSlim(0);
        host.Runner.HandleStream = async (_, stream, cancellationToken) =>
        {
            await stream.BeginAsync("text/event-stream", new Dictionary<string, string> { ["x-fal-billable-units"] = "2.5" });
            for (var n = 1; n <= 3; n++)
            {
                await next.WaitAsync(cancellationToken);
                await stream.WriteAsync(Encoding.UTF8.GetBytes($"data: {{\"n\":{n}}}\n\n"));
            }

            return Whole;
        };

        using var stream = await EventLines.OpenAsync(host.Http, HttpMethod.Post, Stream, Input);
        Assert.Equal((200, "text/event-stream"), (stream.Status, stream.ContentType));
        Assert.Equal("2.5", Assert.Single(stream.Headers.GetValues("x-fal-billable-units")));
        var id = Assert.Single(stream.Headers.GetValues("x-fal-request-id"));
        for (var n = 1; n <= 3; n++)
        {
            next.Release();
            Assert.Equal($$"""data: {"n":{{n}}}""", await stream.NextAsync());
        }

        Assert.Null(await stream.NextAsync());
        var answer = await RecordedAsync(host, id);
        Assert.Equal((200, """{"n":3}"""), (answer.Status, Encoding.UTF8.GetString(answer.Body.Span)));
    }

    [Theory]
    [InlineData("POST", "/fal.run/acme/talk/stream", Input, "acme/talk/stream")]
    [InlineData("POST", "/fal.run/acme/talk/stream/", Input, "acme/talk/stream")]
    [InlineData("GET", "/fal.run/acme/talk/stream?prompt=a+cat", null, "acme/talk/stream")]
    [InlineData("POST", "/fal.run/acme/talk", Input, "acme/talk")]
    [InlineData("POST", "/fal.run/acme/talk/live/stream", Input, "acme/talk/live")]
    public async Task Every_way_to_name_a_stream_finds_it(string method, string path, string? body, string endpoint)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        host.Runner.HandleStream = async (_, stream, _) =>
        {
            await stream.BeginAsync("text/event-stream", NoHeaders);
            await stream.WriteAsync("data: 1\n\n"u8.ToArray());
            return Whole;
        };

        var answer = await host.SendAsync(method, path, body);

        Assert.Equal((200, "data: 1\n\n"), (answer.Status, answer.Body));
        Assert.True(host.Runner.Calls.TryDequeue(out var call));
        Assert.Equal(endpoint, call.Endpoint);
    }

    [Fact]
    public async Task What_is_wrong_before_the_first_event_is_an_ordinary_error()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        host.Runner.HandleStream = (_, _, _) => Task.FromResult(ScriptedRunner.Answer(500, """{"detail":"no"}"""));

        var invalid = await host.SendAsync("POST", Stream, "{}");
        var failed = await host.SendAsync("POST", Stream, Input);

        Assert.Equal((422, "application/json"), (invalid.Status, invalid.Headers["Content-Type"]));
        Assert.Equal("0", invalid.Headers["x-fal-billable-units"]);
        Assert.Equal((500, """{"detail":"no"}"""), (failed.Status, failed.Body));
    }

    [Fact]
    public async Task An_answer_that_is_not_whole_does_not_look_whole()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        var read = new TaskCompletionSource();
        host.Runner.HandleStream = async (_, stream, _) =>
        {
            await stream.BeginAsync("text/event-stream", NoHeaders);
            await stream.WriteAsync("data: 1\n\n"u8.ToArray());
            await read.Task;
            return Broken;
        };

        using var stream = await EventLines.OpenAsync(host.Http, HttpMethod.Post, Stream, Input);
        var id = Assert.Single(stream.Headers.GetValues("x-fal-request-id"));
        Assert.Equal("data: 1", await stream.NextAsync());
        read.SetResult();
        await Assert.ThrowsAnyAsync<IOException>(stream.RestAsync);

        Assert.Equal((502, "runner_incomplete_response"), Brief(await RecordedAsync(host, id)));
    }

    [Fact]
    public async Task A_caller_who_leaves_ends_the_work()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        var cancelled = new TaskCompletionSource();
        host.Runner.HandleStream = async (_, stream, cancellationToken) =>
        {
            await stream.BeginAsync("text/event-stream", NoHeaders);
            await stream.WriteAsync("data: 1\n\n"u8.ToArray());
            cancellationToken.Register(cancelled.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return Whole;
        };

        string id;
        using (var stream = await EventLines.OpenAsync(host.Http, HttpMethod.Post, Stream, Input))
        {
            id = Assert.Single(stream.Headers.GetValues("x-fal-request-id"));
            await stream.NextAsync();
        }

        await cancelled.Task;
        Assert.Equal((499, "client_disconnected"), Brief(await RecordedAsync(host, id)));
    }

    [Fact]
    public async Task A_caller_who_does_not_read_holds_the_app_up_and_is_let_go()
    {
        await using var host = await WireHost.StartAsync(
            dispatch: false, server: new() { SlowReaderTimeout = TimeSpan.FromSeconds(1) });
        var cancelled = new TaskCompletionSource();
        var (written, heldUpAfter) = (0L, -1L);
        host.Runner.HandleStream = async (_, stream, cancellationToken) =>
        {
            await stream.BeginAsync("text/event-stream", NoHeaders);
            cancellationToken.Register(cancelled.SetResult);
            var block = Encoding.UTF8.GetBytes($"data: \"{new string('x', 60_000)}\"\n\n");
            for (; !cancellationToken.IsCancellationRequested; written += block.Length)
            {
                var write = stream.WriteAsync(block);
                heldUpAfter = heldUpAfter < 0 && !write.IsCompleted ? written : heldUpAfter;
                await write;
            }

            cancellationToken.ThrowIfCancellationRequested();
            return Whole;
        };

        using var stream = await EventLines.OpenAsync(host.Http, HttpMethod.Post, Stream, Input);
        var id = Assert.Single(stream.Headers.GetValues("x-fal-request-id"));

        await cancelled.Task;
        Assert.Equal((499, "client_disconnected"), Brief(await RecordedAsync(host, id)));

        // What the buffers took; after that every write waited.
        Assert.InRange(heldUpAfter, 0, 32 * 1024 * 1024);
    }

    [Fact]
    public async Task A_body_that_is_no_stream_of_events_passes_as_it_is()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        host.Runner.HandleStream = async (_, stream, _) =>
        {
            await stream.BeginAsync("application/octet-stream", NoHeaders);
            await stream.WriteAsync(new byte[] { 1, 2 });
            await stream.WriteAsync(new byte[] { 3 });
            return Whole;
        };

        var answer = await host.SendAsync("POST", "/fal.run/acme/talk", Input);

        Assert.Equal((200, "\u0001\u0002\u0003", "application/octet-stream"), (answer.Status, answer.Body, answer.Headers["Content-Type"]));
    }

    [Fact]
    public async Task An_event_over_the_limit_breaks_the_answer_off()
    {
        await using var host = await WireHost.StartAsync(run: new() { EventMaxBytes = 1024 }, dispatch: false);
        var read = new TaskCompletionSource();
        host.Runner.HandleStream = async (_, stream, cancellationToken) =>
        {
            await stream.BeginAsync("text/event-stream", NoHeaders);
            await read.Task;
            await stream.WriteAsync(Encoding.UTF8.GetBytes("data: " + new string('x', 2000)));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return Whole;
        };

        using var stream = await EventLines.OpenAsync(host.Http, HttpMethod.Post, Stream, Input);
        read.SetResult();

        await Assert.ThrowsAnyAsync<IOException>(stream.RestAsync);
    }

    [Fact]
    public async Task A_token_opens_streams_and_nothing_else()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        Assert.Equal(200, (await host.SendAsync("POST", Stream + "?fal_jwt_token=t", Input)).Status);
        Assert.Equal(401, (await host.SendAsync("POST", "/fal.run/acme/talk?fal_jwt_token=t", Input)).Status);
        Assert.Equal(401, (await host.SendAsync("GET", "/fal.run/acme/paint?prompt=x&fal_jwt_token=t")).Status);
    }

    [Fact]
    public async Task The_log_of_a_run_is_in_the_history()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        host.Runner.Handle = (call, _) =>
        {
            call.Log(new(default, "INFO", "step 1"));
            return Task.FromResult(ScriptedRunner.Failed(RunnerFailure.Disconnected));
        };

        var answer = await host.SendAsync("POST", "/fal.run/acme/paint", Input);
        var id = answer.Headers["x-fal-request-id"];
        await RecordedAsync(host, id);
        var log = await host.Store.LogsAsync(id, "local", TestContext.Current.CancellationToken);

        Assert.Equal(["step 1", "The runner failed: Disconnected."], log.Select(line => line.Message));
    }

    static (int, string?) Brief(StoredAnswer answer) => (answer.Status, answer.ErrorType);

    // The history is written after the answer, by another thread.
    static async Task<StoredAnswer> RecordedAsync(WireHost host, string id)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await host.Store.AnswerAsync(id, "local", TestContext.Current.CancellationToken) is { } answer)
            {
                return answer;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(20), "It was not recorded.");
            await Task.Yield();
        }
    }
}

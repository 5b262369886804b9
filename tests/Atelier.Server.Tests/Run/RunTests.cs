using System.Text;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Run;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Run;

public sealed class RunTests
{
    const string Paint = "/fal.run/acme/paint";
    const string Input = """{"prompt":"a cat"}""";

    [Fact]
    public async Task A_run_answers_what_the_app_answers()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        host.Runner.Always(ScriptedRunner.Answer(200, """{"ok": true}""", ("x-fal-billable-units", "1")));

        var answer = await host.SendAsync("POST", Paint + "/fast/", Input);

        Assert.Equal((200, """{"ok": true}"""), (answer.Status, answer.Body));
        Assert.Equal("application/json", answer.Headers["Content-Type"]);
        Assert.Equal("1", answer.Headers["x-fal-billable-units"]);
        Assert.Equal("TinyPaint; q8; paint@1", answer.Headers["x-atelier-model"]);
        Assert.True(host.Runner.Calls.TryDequeue(out var call));
        Assert.Equal((answer.Headers["x-fal-request-id"], "/fast", 1), (call.RequestId, call.Path, call.Attempt));
    }

    [Fact]
    public async Task A_GET_run_takes_its_input_from_the_query()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("GET", Paint + "?prompt=x+y&steps=3&fal_jwt_token=t&tag=a&tag=b", null, ("Authorization", "Key id:secret"));

        Assert.Equal(200, answer.Status);
        Assert.True(host.Runner.Calls.TryDequeue(out var call));
        Assert.Equal("""{"prompt":"x y","steps":"3","tag":["a","b"]}""", Encoding.UTF8.GetString(call.Input.Span));
    }

    [Fact]
    public async Task A_stopping_server_ends_runs_when_their_grace_is_over_and_begins_no_more()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        var (begun, _) = host.Runner.HoldCalls();
        var running = host.SendAsync("POST", Paint, Input);
        await begun;

        host.State.MarkDraining(TimeSpan.Zero);

        const string Stopping = """{"detail":"The server is stopping","error_type":"runner_scheduling_failure"}""";
        var ended = await running;
        Assert.Equal((503, Stopping), (ended.Status, ended.Body));
        var refused = await host.SendAsync("POST", Paint, Input);
        Assert.Equal((503, Stopping), (refused.Status, refused.Body));
        Assert.Single(host.Runner.Calls);
        Assert.Equal(0, host.Slots.InUse);
    }

    [Fact]
    public async Task A_wrong_field_is_422_at_once()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var missing = await host.SendAsync("POST", Paint);
        var list = await host.SendAsync("POST", Paint, "[]");

        Assert.Equal(422, missing.Status);
        Assert.Equal(
            """{"detail":[{"loc":["body","prompt"],"msg":"Field required","type":"missing","input":{},"url":"https://docs.fal.ai/errors/#missing"}]}""",
            missing.Body);
        Assert.Equal("0", missing.Headers["x-fal-billable-units"]);
        Assert.NotEmpty(missing.Headers["x-fal-request-id"]);
        Assert.Equal(422, list.Status);
        Assert.Empty(host.Runner.Calls);
    }

    [Theory]
    [InlineData("/fal.run/nope/nothing", "{}", 404, """{"detail":"Application \"nope/nothing\" not found"}""")]
    [InlineData("/fal.run/acme/paint/slow", "{}", 404, """{"detail":"Path /slow not found"}""")]
    [InlineData("/fal.run/acme/paint", "{", 400, """{"detail":"The request body is not valid JSON","error_type":"bad_request"}""")]
    public async Task What_cannot_run_is_refused(string path, string input, int status, string body)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("POST", path, input);

        Assert.Equal((status, body), (answer.Status, answer.Body));
        Assert.NotEmpty(answer.Headers["x-fal-request-id"]);
    }

    [Theory]
    [InlineData(RunnerFailure.Disconnected, 503, "runner_disconnected")]
    [InlineData(RunnerFailure.RequestTimeout, 504, "request_timeout")]
    [InlineData(RunnerFailure.Unavailable, 503, "runner_scheduling_failure")]
    [InlineData(RunnerFailure.Interrupted, 503, "runner_scheduling_failure")]
    public async Task A_run_is_never_retried(RunnerFailure failure, int status, string errorType)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        host.Runner.Always(ScriptedRunner.Failed(failure));

        var answer = await host.SendAsync("POST", Paint, Input);

        Assert.Equal((status, errorType), (answer.Status, answer.Headers["x-fal-error-type"]));
        Assert.Single(host.Runner.Calls);
    }

    [Fact]
    public async Task A_503_of_the_app_reaches_the_caller()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        host.Runner.Always(ScriptedRunner.Answer(503, """{"detail":"busy"}"""));

        var answer = await host.SendAsync("POST", Paint, Input);

        Assert.Equal((503, """{"detail":"busy"}"""), (answer.Status, answer.Body));
        Assert.Single(host.Runner.Calls);
    }

    [Fact]
    public async Task A_failed_start_is_no_attempt()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        host.Runner.Handle = (_, _) => Task.FromResult(
            host.Runner.Calls.Count < 3 ? ScriptedRunner.Failed(RunnerFailure.StartupRetry) : ScriptedRunner.Ok);

        Assert.Equal(200, (await host.SendAsync("POST", Paint, Input)).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("30")]
    public async Task A_run_that_gets_no_runner_in_time_is_504(string? timeout)
    {
        var time = new ManualTime();
        await using var host = await WireHost.StartAsync(time, slots: 1, dispatch: false);
        var (begun, end) = host.Runner.HoldCalls();
        var first = host.SendAsync("POST", Paint, Input);
        await begun;

        var second = host.SendAsync("POST", Paint, Input, timeout is null ? [] : [("X-Fal-Request-Timeout", timeout)]);
        await Until(() => host.Slots.Waiting == 1);
        time.Advance(timeout is null ? TimeSpan.FromSeconds(600) : TimeSpan.FromSeconds(30));
        var late = await second;
        end.SetResult(ScriptedRunner.Ok);

        Assert.Equal((504, """{"detail":"Request timed out","error_type":"request_timeout"}"""), (late.Status, late.Body));
        Assert.Equal("request_timeout", late.Headers["x-fal-error-type"]);
        Assert.Equal(timeout is null ? null : "user", late.Headers.GetValueOrDefault("x-fal-request-timeout-type"));
        Assert.Equal(200, (await first).Status);
    }

    [Fact]
    public async Task A_run_whose_runner_does_not_come_up_in_time_is_504()
    {
        var time = new ManualTime();
        await using var host = await WireHost.StartAsync(time, dispatch: false);
        var begun = host.Runner.NeverStart();
        var run = host.SendAsync("POST", Paint, Input, ("X-Fal-Request-Timeout", "30"));
        await begun;

        time.Advance(TimeSpan.FromSeconds(30));
        var late = await run;

        Assert.Equal((504, "user"), (late.Status, late.Headers["x-fal-request-timeout-type"]));
        Assert.Equal(0, host.Slots.InUse);
    }

    [Fact]
    public async Task More_waiting_runs_than_the_limit_is_429()
    {
        await using var host = await WireHost.StartAsync(run: new RunOptions { WaitingMax = 1 }, slots: 1, dispatch: false);
        var (begun, end) = host.Runner.HoldCalls();
        var first = host.SendAsync("POST", Paint, Input);
        await begun;
        var second = host.SendAsync("POST", Paint, Input);
        await Until(() => host.Slots.Waiting == 1);

        var third = await host.SendAsync("POST", Paint, Input);
        end.SetResult(ScriptedRunner.Ok);

        Assert.Equal(429, third.Status);
        Assert.Equal("""{"detail":"Too many requests of this app are waiting","error_type":"concurrent_requests_limit"}""", third.Body);
        Assert.Equal("1", third.Headers["x-fal-needs-retry"]);
        Assert.Equal(200, (await first).Status);
        Assert.Equal(200, (await second).Status);
    }

    [Fact]
    public async Task A_dropped_connection_cancels_the_run_and_the_history_says_499()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);
        var (begun, _) = host.Runner.HoldCalls();
        var connection = await host.ConnectAsync();
        await connection.WriteAsync(
            Encoding.ASCII.GetBytes($"POST {Paint} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Input.Length}\r\n\r\n{Input}"),
            TestContext.Current.CancellationToken);
        await begun;

        await connection.DisposeAsync();
        var job = await HistoryAsync(host);

        Assert.Equal((499, "client_disconnected"), (job.ResultStatus, job.ErrorType));
    }

    [Fact]
    public async Task A_finished_run_is_in_the_history_with_its_answer()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("POST", Paint, Input);
        var job = await HistoryAsync(host);
        var id = answer.Headers["x-fal-request-id"];

        Assert.Equal((id, "acme/paint", 200), (job.Id, job.Endpoint, job.ResultStatus));
        Assert.Equal(answer.Body, (await host.SendAsync("GET", $"/queue.fal.run/acme/paint/requests/{id}")).Body);
    }

    static async Task<Job> HistoryAsync(WireHost host)
    {
        IReadOnlyList<Job> jobs = [];
        await Until(() => (jobs = host.Store.ListAsync(new("local", null, JobState.Completed, null, 10), default).GetAwaiter().GetResult()).Count == 1);
        return jobs[0];
    }

    // For what has no signal that a caller could await: another thread is about to do it.
    static async Task Until(Func<bool> condition)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(20), "It did not happen.");
            await Task.Yield();
        }
    }
}

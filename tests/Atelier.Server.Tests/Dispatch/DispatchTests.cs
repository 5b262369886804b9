using Atelier.Protocol;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Dispatch;

/// <summary>From the queue through a runner back to the result, for every way that an attempt can end.</summary>
public sealed class DispatchTests
{
    const string Requests = "/queue.fal.run/acme/paint/requests";

    [Fact]
    public async Task A_runner_is_given_the_callers_bytes_and_rights()
    {
        await using var host = await WireHost.StartAsync();

        var submit = await host.SendAsync(
            "POST", "/queue.fal.run/acme/paint/fast", """{ "prompt" : "x" }""",
            ("x-fal-object-lifecycle-preference", """{"expiration_duration_seconds":60}"""),
            ("x-fal-runner-hint", "session 7"), ("x-fal-tags", "team=art, run = 7,note=a=b"), ("x-app-fal-disable-fallback", "true"));
        var id = submit.Headers["x-fal-request-id"];
        await host.CompletedAsync(id);

        Assert.True(host.Runner.Calls.TryDequeue(out var call));
        Assert.Equal("""{ "prompt" : "x" }"""u8.ToArray(), call.Input.ToArray());
        Assert.Equal(
            (id, "acme/paint", "acme/paint/fast", "/fast", 1),
            (call.RequestId, call.App, call.Endpoint, call.Path, call.Attempt));
        Assert.Equal("session 7", call.Hint);
        var job = await host.Store.FindAsync(id, "local", TestContext.Current.CancellationToken);
        Assert.Contains("\"tags\":{\"team\":\"art\",\"run\":\"7\",\"note\":\"a=b\"}", job!.Context, StringComparison.Ordinal);
        Assert.Equal(new CallRights("local", host.Url, """{"expiration_duration_seconds":60}""", "key"), call.Rights);
    }

    [Fact]
    public async Task A_wrong_field_is_the_results_422_and_reaches_no_runner()
    {
        await using var host = await WireHost.StartAsync();
        var id = await host.SubmitAsync("""{"prompt":"x","steps":13}""");
        await host.CompletedAsync(id);

        var answer = await host.SendAsync("GET", $"{Requests}/{id}");

        Assert.Equal(422, answer.Status);
        Assert.Equal(
            """{"detail":[{"loc":["body","steps"],"msg":"Input should be less than or equal to 12","type":"less_than_equal","input":13,"ctx":{"le":12},"url":"https://docs.fal.ai/errors/#less_than_equal"}]}""",
            answer.Body);
        Assert.Equal("0", answer.Headers["x-fal-billable-units"]);
        Assert.Empty(host.Runner.Calls);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(422)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(302)]
    public async Task The_apps_own_failures_are_final_and_unchanged(int status)
    {
        await using var host = await WireHost.StartAsync();
        host.Runner.Always(ScriptedRunner.Answer(status, """{"detail":"as the app says"}"""));
        var id = await host.SubmitAsync();
        await host.CompletedAsync(id);

        var answer = await host.SendAsync("GET", $"{Requests}/{id}");

        Assert.Equal((status, """{"detail":"as the app says"}"""), (answer.Status, answer.Body));
        Assert.Single(host.Runner.Calls);
    }

    [Theory]
    [InlineData(503, null, 2)]
    [InlineData(504, null, 2)]
    [InlineData(503, "0", 1)]
    [InlineData(500, "1", 2)]
    [InlineData(429, "1", 2)]
    [InlineData(429, null, 1)]
    [InlineData(400, "1", 1)]
    public async Task The_app_and_its_status_decide_about_another_attempt(int status, string? needsRetry, int attempts)
    {
        await using var host = await WireHost.StartAsync();
        host.Runner.Handle = (call, _) => Task.FromResult(call.Attempt == 1
            ? ScriptedRunner.Answer(status, "{}", needsRetry is null ? [] : [(FalHeaders.NeedsRetry, needsRetry)])
            : ScriptedRunner.Ok);

        var id = await host.SubmitAsync();
        await host.CompletedAsync(id);

        Assert.Equal(attempts, host.Runner.Calls.Count);
        Assert.Equal(attempts == 1 ? status : 200, (await host.SendAsync("GET", $"{Requests}/{id}")).Status);
    }

    [Theory]
    [InlineData(RunnerFailure.Disconnected, """{"server_error":{"retries":0},"timeout":{"retries":3}}""", 1)]
    [InlineData(RunnerFailure.Killed, """{"server_error":{"retries":1}}""", 2)]
    [InlineData(RunnerFailure.Refused, """{"connection_error":{"retries":1},"server_error":{"retries":0}}""", 2)]
    [InlineData(RunnerFailure.RequestTimeout, """{"timeout":{"retries":0},"whatever":{"retries":5}}""", 1)]
    [InlineData(RunnerFailure.RequestTimeout, """{"server_error":{"retries":0}}""", 3)]
    public async Task A_caller_may_limit_the_retries_of_each_kind_of_failure(RunnerFailure failure, string config, int attempts)
    {
        await using var host = await WireHost.StartAsync();
        host.Runner.Handle = (call, _) => Task.FromResult(call.Attempt < 3 ? ScriptedRunner.Failed(failure) : ScriptedRunner.Ok);

        var id = await host.SubmitAsync("""{"prompt":"x"}""", ("X-Fal-Retry-Config", config));
        await host.CompletedAsync(id);

        Assert.Equal(attempts, host.Runner.Calls.Count);
    }

    [Theory]
    [InlineData(500, "x-fal-retryable", "true", 2)]
    [InlineData(503, "x-fal-retryable", "false", 1)]
    [InlineData(503, "x-fal-needs-retry", "1", 2)]
    public async Task The_app_beats_the_callers_limits_and_has_two_spellings(int status, string header, string wish, int attempts)
    {
        await using var host = await WireHost.StartAsync();
        host.Runner.Handle = (call, _) => Task.FromResult(
            call.Attempt == 1 ? ScriptedRunner.Answer(status, "{}", (header, wish)) : ScriptedRunner.Ok);

        var id = await host.SubmitAsync("""{"prompt":"x"}""", ("X-Fal-Retry-Config", """{"server_error":{"retries":0}}"""));
        await host.CompletedAsync(id);

        Assert.Equal(attempts, host.Runner.Calls.Count);
    }

    [Theory]
    [InlineData(RunnerFailure.Refused, 503, """{"detail":"The runner refused the connection","error_type":"runner_connection_refused"}""")]
    [InlineData(RunnerFailure.Disconnected, 503, """{"detail":"The runner disconnected","error_type":"runner_disconnected"}""")]
    [InlineData(RunnerFailure.Killed, 503, """{"detail":"The runner disconnected","error_type":"runner_disconnected"}""")]
    [InlineData(RunnerFailure.Incomplete, 502, """{"detail":"The runner's answer was incomplete","error_type":"runner_incomplete_response"}""")]
    [InlineData(RunnerFailure.RequestTimeout, 504, """{"detail":"The request took longer than the app allows","error_type":"request_timeout"}""")]
    [InlineData(RunnerFailure.Startup, 504, """{"detail":"The runner did not start","error_type":"startup_timeout"}""")]
    [InlineData(RunnerFailure.Unavailable, 503, """{"detail":"The runner failed: Unavailable.","error_type":"runner_scheduling_failure"}""")]
    public async Task A_failed_runner_has_an_answer_of_the_platform(RunnerFailure failure, int status, string body)
    {
        await using var host = await WireHost.StartAsync();
        host.Runner.Always(ScriptedRunner.Failed(failure));
        var id = await host.SubmitAsync("""{"prompt":"x"}""", ("x-fal-no-retry", "1"));
        await host.CompletedAsync(id);

        var answer = await host.SendAsync("GET", $"{Requests}/{id}");
        var logs = await host.SendAsync("GET", $"{Requests}/{id}/status?logs=1");

        Assert.Equal((status, body), (answer.Status, answer.Body));
        Assert.EndsWith($",\"error_type\":\"{answer.Headers["x-fal-error-type"]}\"}}", body, StringComparison.Ordinal);
        Assert.Contains($"The runner failed: {failure}.", logs.Body, StringComparison.Ordinal);
        Assert.Single(host.Runner.Calls);
    }

    [Fact]
    public async Task A_request_whose_runner_was_lost_is_tried_again()
    {
        await using var host = await WireHost.StartAsync();
        host.Runner.Handle = (call, _) => Task.FromResult(
            call.Attempt == 1 ? ScriptedRunner.Failed(RunnerFailure.Disconnected) : ScriptedRunner.Ok);

        var id = await host.SubmitAsync();
        await host.CompletedAsync(id);

        Assert.Equal([1, 2], host.Runner.Calls.Select(call => call.Attempt));
        Assert.Equal(200, (await host.SendAsync("GET", $"{Requests}/{id}")).Status);
    }

    [Fact]
    public async Task A_start_that_failed_uses_up_no_attempt()
    {
        await using var host = await WireHost.StartAsync();
        host.Runner.Handle = (_, _) => Task.FromResult(
            host.Runner.Calls.Count < 3 ? ScriptedRunner.Failed(RunnerFailure.StartupRetry) : ScriptedRunner.Ok);

        var id = await host.SubmitAsync("""{"prompt":"x"}""", ("x-fal-no-retry", "1"));
        await host.CompletedAsync(id);

        Assert.Equal(200, (await host.SendAsync("GET", $"{Requests}/{id}")).Status);
    }

    [Fact]
    public async Task The_log_is_whole_and_in_order_when_the_request_is_completed()
    {
        await using var host = await WireHost.StartAsync();
        host.Runner.Handle = (call, _) =>
        {
            for (var line = 1; line <= 500; line++)
            {
                call.Log(new LogLine(DateTimeOffset.UnixEpoch, "INFO", $"line {line}"));
            }

            return Task.FromResult(ScriptedRunner.Ok);
        };

        var id = await host.SubmitAsync();
        await host.CompletedAsync(id);

        var logs = await host.Store.LogsAsync(id, "local", TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, 500).Select(line => $"line {line}"), logs.Select(log => log.Message));
    }

    [Fact]
    public async Task A_request_whose_deadline_passed_is_504_of_the_users_own()
    {
        var time = new ManualTime();
        await using var host = await WireHost.StartAsync(time, dispatch: false);
        var id = await host.SubmitAsync("""{"prompt":"x"}""", ("x-fal-request-timeout", "0.5"));
        time.Advance(TimeSpan.FromSeconds(1));
        await host.Store.RescueAsync(TestContext.Current.CancellationToken);

        var answer = await host.SendAsync("GET", $"{Requests}/{id}");

        Assert.Equal(504, answer.Status);
        Assert.Equal("user", answer.Headers["x-fal-request-timeout-type"]);
        Assert.Equal("""{"detail":"Request timed out before processing started","error_type":"request_timeout"}""", answer.Body);
    }

    [Fact]
    public async Task A_request_whose_runner_does_not_come_up_before_its_deadline_is_504()
    {
        var time = new ManualTime();
        await using var host = await WireHost.StartAsync(time);
        var begun = host.Runner.NeverStart();
        var id = await host.SubmitAsync("""{"prompt":"x"}""", ("x-fal-request-timeout", "30"));
        await begun;
        time.Advance(TimeSpan.FromSeconds(30));
        await host.CompletedAsync(id);

        var answer = await host.SendAsync("GET", $"{Requests}/{id}");

        Assert.Equal((504, "user"), (answer.Status, answer.Headers["x-fal-request-timeout-type"]));
        Assert.Single(host.Runner.Calls);
    }

    [Fact]
    public async Task A_request_of_an_app_that_is_gone_is_404()
    {
        await using var host = await WireHost.StartAsync();
        var id = Guid.CreateVersion7().ToString();
        await host.Store.EnqueueAsync(
            [new NewJob { Id = id, AccountId = "local", KeyId = "key", App = "acme/gone", Endpoint = "acme/gone/x", Input = "{}"u8.ToArray() }],
            TestContext.Current.CancellationToken);
        await host.CompletedAsync(id);

        var answer = await host.SendAsync("GET", $"{Requests}/{id}");

        Assert.Equal((404, """{"detail":"Application \"acme/gone/x\" not found"}"""), (answer.Status, answer.Body));
    }
}

using Atelier.Server.Calls;
using Atelier.Server.Runners;

namespace Atelier.Tests.Runners;

/// <summary>How calls and runners come together.</summary>
public sealed class ProcessRunnerTests
{
    [Fact]
    public async Task A_call_reaches_the_app_as_the_contract_says()
    {
        await using var fleet = new FakeFleet();

        var seen = await fleet.AnswerAsync("""{"do":"headers"}""");

        Assert.Equal("/run", seen.GetProperty("url").GetString());
        Assert.Equal("request-1", seen.GetProperty("x-fal-request-id").GetString());
        Assert.Equal("fake/app/run", seen.GetProperty("x-fal-endpoint").GetString());
        Assert.Equal("2", seen.GetProperty("x-atelier-attempt").GetString());
        Assert.Equal("application/json", seen.GetProperty("content-type").GetString());
    }

    [Fact]
    public async Task A_runner_gets_the_contracts_variables_and_none_of_our_secrets()
    {
        Environment.SetEnvironmentVariable("ATELIER_ADMIN_KEY", "secret");
        await using var fleet = new FakeFleet();

        var seen = await fleet.AnswerAsync("""{"do":"env"}""");

        Assert.Equal("http://127.0.0.1:8410", seen.GetProperty("ATELIER_GATEWAY").GetString());
        Assert.Equal("""{"voices":"/packs/voices"}""", seen.GetProperty("ATELIER_PACK_PATHS").GetString());
        Assert.Equal(64, seen.GetProperty("ATELIER_RUNNER_TOKEN").GetString()!.Length);
        Assert.False(seen.TryGetProperty("ATELIER_ADMIN_KEY", out _));
        var score = await File.ReadAllTextAsync(
            $"/proc/{fleet.Only.ProcessId}/oom_score_adj", TestContext.Current.CancellationToken);
        Assert.Equal("500", score.Trim());
    }

    [Fact]
    public async Task A_running_call_is_listed_with_the_runners_token_only()
    {
        await using var fleet = new FakeFleet();
        var token = (await fleet.AnswerAsync("""{"do":"env"}""")).GetProperty("ATELIER_RUNNER_TOKEN").GetString()!;
        using var cancel = new CancellationTokenSource();
        var call = fleet.BeginCancellable("""{"do":"wait"}""", cancel.Token);
        await call.Arrived;

        Assert.NotNull(fleet.ActiveCalls.Find(call.RequestId, token));
        Assert.Null(fleet.ActiveCalls.Find(call.RequestId, token + "x"));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Outcome);
        Assert.Null(fleet.ActiveCalls.Find(call.RequestId, token));
    }

    [Fact]
    public async Task Status_body_and_the_contracts_headers_pass_unchanged()
    {
        await using var fleet = new FakeFleet();

        var answer = Assert.IsType<RunnerOutcome.Answered>(await fleet.RunAsync(
            """
            {"do":"answer","status":422,"headers":{"x-fal-billable-units":"0","x-fal-needs-retry":"1",
             "x-fal-runner-hints":"a","x-atelier-model":"m","x-fal-stop-runner":"0","x-private":"p"}}
            """));

        Assert.Equal(422, answer.Status);
        Assert.Equal(
            ["x-atelier-model=m", "x-fal-billable-units=0", "x-fal-needs-retry=1", "x-fal-runner-hints=a"],
            answer.Headers.Select(header => $"{header.Key}={header.Value}").Order());
    }

    [Fact]
    public async Task A_finished_call_has_all_its_lines_in_order()
    {
        await using var fleet = new FakeFleet(scaling: new() { MaxMultiplexing = 2 });
        for (var round = 0; round < 20; round++)
        {
            var call = fleet.Begin("""{"do":"talk","lines":100}""");
            await call.Outcome;

            Assert.Equal([.. Enumerable.Range(1, 100).Select(n => $"INFO line {n}"), "STDERR plain words"], call.Log);
        }
    }

    [Fact]
    public async Task Two_calls_share_a_runner_that_takes_two()
    {
        await using var fleet = new FakeFleet(scaling: new() { MaxMultiplexing = 2, MaxConcurrency = 2 });

        var answers = await Task.WhenAll(
            fleet.AnswerAsync("""{"do":"meet","count":2}"""), fleet.AnswerAsync("""{"do":"meet","count":2}"""));

        Assert.Equal(answers[0].GetProperty("pid").GetInt32(), answers[1].GetProperty("pid").GetInt32());
        Assert.Single(fleet.Runner.Snapshot());
    }

    [Fact]
    public async Task A_second_runner_starts_when_the_first_is_full_and_no_third()
    {
        await using var fleet = new FakeFleet(scaling: new() { MaxConcurrency = 2 });
        using var cancel = new CancellationTokenSource();
        var running = Enumerable.Range(0, 2)
            .Select(_ => fleet.BeginCancellable("""{"do":"wait"}""", cancel.Token))
            .ToArray();
        await Task.WhenAll(running.Select(call => call.Arrived));
        var third = fleet.RunAsync("""{"do":"answer"}""");

        Assert.Equal([1, 1], fleet.Runner.Snapshot().Select(runner => runner.InFlight));
        Assert.False(third.IsCompleted);

        await cancel.CancelAsync();
        Assert.IsType<RunnerOutcome.Answered>(await third);
        Assert.Equal(2, fleet.Runner.Snapshot().Count);
    }

    [Fact]
    public async Task A_call_goes_to_the_runner_that_holds_what_it_hints_at_and_waits_for_none()
    {
        await using var fleet = new FakeFleet(scaling: new() { MaxConcurrency = 2, MaxMultiplexing = 2 });
        await HoldThreeAsync(fleet, together: true, () => Task.FromResult(0));
        var usual = (await fleet.AnswerAsync("""{"do":"answer"}""")).GetProperty("pid").GetInt32();

        // The usual runner, the other, the usual one again: the place that is left is the other's.
        var announced = await HoldThreeAsync(fleet, together: false, async () =>
            (await fleet.AnswerAsync("""{"do":"answer","headers":{"x-fal-runner-hints":"cat, dog"}}""")).GetProperty("pid").GetInt32());
        List<int> hinted = [];
        for (var n = 0; n < 4; n++)
        {
            hinted.Add((await fleet.AnswerAsync("""{"do":"answer"}""", hint: "dog")).GetProperty("pid").GetInt32());
        }

        var other = await fleet.AnswerAsync("""{"do":"answer"}""", hint: "bird");

        Assert.NotEqual(usual, announced);
        Assert.All(hinted, pid => Assert.Equal(announced, pid));
        Assert.Equal(usual, other.GetProperty("pid").GetInt32());
    }

    // Three calls are with the runners while the rest happens, and gone afterwards.
    static async Task<int> HoldThreeAsync(FakeFleet fleet, bool together, Func<Task<int>> meanwhile)
    {
        using var cancel = new CancellationTokenSource();
        List<FakeCall> running = [];
        for (var n = 0; n < 3; n++)
        {
            running.Add(fleet.BeginCancellable("""{"do":"wait"}""", cancel.Token));
            await (together ? Task.CompletedTask : running[^1].Arrived);
        }

        await Task.WhenAll(running.Select(call => call.Arrived));
        var result = await meanwhile();
        await cancel.CancelAsync();
        foreach (var call in running)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Outcome);
        }

        return result;
    }

    [Theory]
    [InlineData("""{"do":"events","events":["data: {\"n\":1}\n\n","data: {\"n\":","2}\n\ndata: [DONE]\n\n"]}""", "{\"n\":2}")]
    [InlineData("""{"do":"events","events":[": only a comment\n\n"]}""", "null")]
    [InlineData("""{"do":"events","events":["data: [1,\r\ndata: 2]\r\n\r\n","data: unfinished"]}""", "[1,\n2]")]
    public async Task A_stream_that_nobody_reads_along_is_its_last_event(string input, string result)
    {
        await using var fleet = new FakeFleet();

        var answered = Assert.IsType<RunnerOutcome.Answered>(await fleet.RunAsync(input));

        Assert.Equal(result, System.Text.Encoding.UTF8.GetString(answered.Body.Span));
    }

    [Fact]
    public async Task A_cancelled_call_leaves_the_runner_to_the_others()
    {
        await using var fleet = new FakeFleet();
        var before = await fleet.AnswerAsync("""{"do":"answer"}""");
        using var cancel = new CancellationTokenSource();
        var call = fleet.BeginCancellable("""{"do":"wait"}""", cancel.Token);
        await call.Arrived;

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Outcome);
        Assert.Equal(before.ToString(), (await fleet.AnswerAsync("""{"do":"answer"}""")).ToString());
    }

    [Fact]
    public async Task A_runner_that_ignores_a_cancellation_is_ended_after_its_grace()
    {
        await using var fleet = new FakeFleet();
        using var cancel = new CancellationTokenSource();
        var call = fleet.BeginCancellable("""{"do":"hang"}""", cancel.Token);
        await call.Arrived;
        var process = fleet.Only.ProcessId!.Value;

        await cancel.CancelAsync();
        fleet.Time.Advance(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Outcome);
        await FakeFleet.GoneAsync(process);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_it_waits_throws_at_once()
    {
        await using var fleet = new FakeFleet(packs: async (_, _, stopping) =>
        {
            await Task.Delay(Timeout.Infinite, stopping);
            throw new InvalidOperationException();
        });
        using var cancel = new CancellationTokenSource();
        var call = fleet.BeginCancellable("{}", cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Outcome);
    }

    [Fact]
    public async Task An_idle_runner_lives_for_its_keep_alive_from_its_last_call()
    {
        await using var fleet = new FakeFleet(scaling: new() { KeepAliveSeconds = 60 });
        await fleet.RunAsync("""{"do":"answer"}""");
        var process = fleet.Only.ProcessId!.Value;
        fleet.Time.Advance(TimeSpan.FromSeconds(40));
        await fleet.RunAsync("""{"do":"answer"}""");

        fleet.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(RunnerState.Ready, fleet.Only.State);
        fleet.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.All(fleet.Runner.Snapshot(), runner => Assert.Equal(RunnerState.Draining, runner.State));
        await FakeFleet.GoneAsync(process);
    }

    [Fact]
    public async Task The_minimum_is_started_unasked_and_stays()
    {
        await using var fleet = new FakeFleet(scaling: new() { MinConcurrency = 1, KeepAliveSeconds = 60 });
        fleet.Runner.KeepMinimum();
        await fleet.RunAsync("""{"do":"answer"}""");

        fleet.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(RunnerState.Ready, fleet.Only.State);
    }

    [Theory]
    [InlineData("""{"do":"answer","status":503}""")]
    [InlineData("""{"do":"answer","headers":{"x-fal-stop-runner":"true"}}""")]
    [InlineData("""{"do":"sick"}""")]
    public async Task A_runner_that_cannot_go_on_is_replaced(string input)
    {
        await using var fleet = new FakeFleet();
        var before = (await fleet.AnswerAsync("""{"do":"answer"}""")).GetProperty("pid").GetInt32();

        Assert.IsType<RunnerOutcome.Answered>(await fleet.RunAsync(input));

        await FakeFleet.GoneAsync(before);
        var after = (await fleet.AnswerAsync("""{"do":"answer"}""")).GetProperty("pid").GetInt32();
        Assert.NotEqual(before, after);
    }

    [Theory]
    [InlineData("""{"do":"answer","status":500}""")]
    [InlineData("""{"do":"answer","status":503,"headers":{"x-fal-stop-runner":"0"}}""")]
    public async Task A_healthy_runner_stays_after_an_error_of_the_app(string input)
    {
        await using var fleet = new FakeFleet();
        var before = await fleet.AnswerAsync("""{"do":"answer"}""");

        await fleet.RunAsync(input);

        Assert.Equal(before.ToString(), (await fleet.AnswerAsync("""{"do":"answer"}""")).ToString());
    }

    [Fact]
    public async Task A_runner_that_ignores_sigterm_is_killed_after_its_grace()
    {
        await using var fleet = new FakeFleet("fake/deaf", new() { TerminationGraceSeconds = 5 });
        await fleet.RunAsync("""{"do":"answer"}""");
        var process = fleet.Only.ProcessId!.Value;

        var stop = fleet.Runner.StopAsync();
        Assert.False(stop.IsCompleted);
        fleet.Time.Advance(TimeSpan.FromSeconds(5));

        await stop;
        await FakeFleet.GoneAsync(process);
    }
}

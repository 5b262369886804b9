using System.Diagnostics;
using Atelier.Server.Calls;

namespace Atelier.Tests.Runners;

/// <summary>Each way in which a runner can fail, provoked with a real process.</summary>
public sealed class RunnerFailureTests
{
    [Theory]
    [InlineData("abort", RunnerFailure.Killed, "The runner was ended by signal 6.")]
    [InlineData("exit", RunnerFailure.Disconnected, "The runner ended with exit code 7.")]
    [InlineData("close", RunnerFailure.Disconnected, "The runner closed the connection.")]
    [InlineData("breakOff", RunnerFailure.Incomplete, "The app's answer broke off.")]
    public async Task A_broken_call_says_how_and_the_next_one_has_a_new_runner(
        string act, RunnerFailure failure, string sentence)
    {
        await using var fleet = new FakeFleet();
        var before = (await fleet.AnswerAsync("""{"do":"answer"}""")).GetProperty("pid").GetInt32();

        Assert.Equal(new(failure, sentence), await fleet.FailureAsync($$"""{"do":"{{act}}"}"""));

        await FakeFleet.GoneAsync(before);
        var after = (await fleet.AnswerAsync("""{"do":"answer"}""")).GetProperty("pid").GetInt32();
        Assert.NotEqual(before, after);
    }

    [Fact]
    public async Task A_runner_that_dies_idle_is_replaced_after_a_pause()
    {
        await using var fleet = new FakeFleet(scaling: new() { MinConcurrency = 1 });
        var before = (await fleet.AnswerAsync("""{"do":"answer"}""")).GetProperty("pid").GetInt32();
        using (var process = Process.GetProcessById(before))
        {
            process.Kill();
        }

        await UntilAsync(() => fleet.Runner.Snapshot().All(runner => runner.ProcessId != before));
        Assert.Empty(fleet.Runner.Snapshot());

        fleet.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Single(fleet.Runner.Snapshot());
    }

    [Fact]
    public async Task A_runner_that_nobody_can_connect_to_is_refused_and_ended()
    {
        await using var fleet = new FakeFleet();
        await fleet.RunAsync("""{"do":"refuse"}""");
        var process = fleet.Only.ProcessId!.Value;

        Assert.Equal(RunnerFailure.Refused, (await fleet.FailureAsync("""{"do":"answer"}""")).Failure);

        await FakeFleet.GoneAsync(process);
    }

    [Fact]
    public async Task An_answer_over_the_limit_is_not_read()
    {
        await using var fleet = new FakeFleet();

        Assert.Equal(
            new(RunnerFailure.Incomplete, "The app's answer is longer than 4096 bytes."),
            await fleet.FailureAsync("""{"do":"long","length":4097}"""));
        Assert.IsType<RunnerOutcome.Answered>(await fleet.RunAsync("""{"do":"long","length":4096}"""));
    }

    [Fact]
    public async Task A_call_over_its_time_ends_the_runner_and_interrupts_the_others_on_it()
    {
        await using var fleet = new FakeFleet(scaling: new() { RequestTimeoutSeconds = 30, MaxMultiplexing = 2 });
        var slow = fleet.Begin("""{"do":"hang"}""");
        await slow.Arrived;
        fleet.Time.Advance(TimeSpan.FromSeconds(20));
        var other = fleet.Begin("""{"do":"hang"}""");
        await other.Arrived;
        var process = fleet.Only.ProcessId!.Value;

        fleet.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(
            new RunnerOutcome.Failed(RunnerFailure.RequestTimeout, "The app did not answer within 30 s."),
            await slow.Outcome);
        Assert.Equal(
            new RunnerOutcome.Failed(RunnerFailure.Interrupted, "The runner was stopped."), await other.Outcome);
        await FakeFleet.GoneAsync(process);
    }

    [Fact]
    public async Task The_third_failed_start_in_a_row_gives_up_and_shows_the_last_lines()
    {
        await using var fleet = new FakeFleet("fake/exits");

        Assert.Equal(
            new(RunnerFailure.StartupRetry, "The runner ended with exit code 3 while starting."),
            await fleet.FailureAsync("{}"));
        var second = fleet.Begin("{}");
        await AdvanceUntilAsync(fleet, second.Outcome);
        Assert.Equal(RunnerFailure.StartupRetry, Assert.IsType<RunnerOutcome.Failed>(await second.Outcome).Failure);
        Assert.Empty(second.Log);
        var third = fleet.Begin("{}");
        await AdvanceUntilAsync(fleet, third.Outcome);

        Assert.Equal(
            new RunnerOutcome.Failed(
                RunnerFailure.Startup, "The runner ended with exit code 3 while starting; 3 starts failed in a row."),
            await third.Outcome);
        Assert.Equal(Enumerable.Range(6, 20).Select(n => $"STDERR no weights {n}"), third.Log);
    }

    [Fact]
    public async Task A_runner_that_is_not_ready_in_time_is_a_failed_start()
    {
        await using var fleet = new FakeFleet("fake/never-ready", new() { StartupTimeoutSeconds = 0 });

        Assert.Equal(
            new(RunnerFailure.StartupRetry, "The runner was not ready within 0 s."), await fleet.FailureAsync("{}"));
    }

    [Fact]
    public async Task A_pack_that_cannot_be_had_is_told_with_its_sentence()
    {
        await using var fleet = new FakeFleet(packs: (_, log, _) =>
        {
            log(new(DateTimeOffset.UnixEpoch, "INFO", "Pulling voices"));
            throw new PackUnavailableException("The pack voices is not on this machine.");
        });
        var call = fleet.Begin("{}");

        Assert.Equal(
            new RunnerOutcome.Failed(RunnerFailure.Unavailable, "The pack voices is not on this machine."),
            await call.Outcome);
        Assert.Equal(["INFO Pulling voices"], call.Log);
    }

    [Fact]
    public async Task A_program_that_is_not_there_makes_the_app_unavailable()
    {
        await using var fleet = new FakeFleet(program: new("/nowhere/runner", []));

        Assert.Equal(
            new(RunnerFailure.Unavailable, "The program that hosts fake/app could not be started."),
            await fleet.FailureAsync("{}"));
    }

    [Fact]
    public async Task Stopping_interrupts_what_runs_and_takes_nothing_more()
    {
        await using var fleet = new FakeFleet();
        var call = fleet.Begin("""{"do":"hang"}""");
        await call.Arrived;

        await fleet.Runner.StopAsync();

        Assert.Equal(RunnerFailure.Interrupted, Assert.IsType<RunnerOutcome.Failed>(await call.Outcome).Failure);
        Assert.Equal(
            new(RunnerFailure.Interrupted, "The server is stopping."), await fleet.FailureAsync("""{"do":"answer"}"""));
        Assert.Empty(fleet.Runner.Snapshot());
    }

    // The pause before the next start begins when the failed one has left; the clock must not be moved only once.
    static async Task AdvanceUntilAsync(FakeFleet fleet, Task done)
    {
        while (!done.IsCompleted)
        {
            fleet.Time.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(done, Task.Delay(10, TestContext.Current.CancellationToken));
        }
    }

    // The fleet has no signal for it: the process is gone a moment before the fleet knows.
    static async Task UntilAsync(Func<bool> condition)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(20), "It did not happen.");
            await Task.Yield();
        }
    }
}

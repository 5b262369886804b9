namespace Atelier.Queue.Tests;

public abstract partial class QueueStoreConformance
{
    [Fact]
    public async Task An_attempt_is_finished_once()
    {
        await EnqueueAsync(Job("a"));
        var lease = await ClaimAsync();

        var both = await Store.FinishAsync(
            [
                new("a", lease.Attempt, new JobOutcome.Completed(Answer("1"))),
                new("a", lease.Attempt, new JobOutcome.Completed(Answer("2"))),
            ],
            Stop);

        Assert.Equal([true, false], both);
        Assert.Equal("1", await AnswerTextAsync("a"));
    }

    [Fact]
    public async Task A_failed_attempt_waits_and_is_tried_again()
    {
        await EnqueueAsync(Job("a", "input"));
        var first = await ClaimAsync();
        await FinishAsync(first, new JobOutcome.Retry(Answer("last"), TimeSpan.FromSeconds(2), RunnerDied: false));

        Assert.Equal(JobState.InQueue, (await FindAsync("a")).State);
        Assert.Equal(0, Store.Ready(App));
        Time.Advance(TimeSpan.FromSeconds(2));
        var second = await ClaimAsync();

        Assert.Equal(2, second.Attempt);
        Assert.Equal("input", System.Text.Encoding.UTF8.GetString(second.Input.Span));
    }

    [Fact]
    public async Task The_last_failed_attempt_stores_its_answer()
    {
        await EnqueueAsync(Job("a") with { MaxAttempts = 2 });
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var lease = await ClaimAsync();
            await FinishAsync(lease, new JobOutcome.Retry(Answer($"last {attempt}"), TimeSpan.Zero, RunnerDied: false));
        }

        Assert.Equal(JobState.Completed, (await FindAsync("a")).State);
        Assert.Equal("last 2", await AnswerTextAsync("a"));
    }

    [Fact]
    public async Task A_job_that_killed_three_runners_is_not_tried_again()
    {
        await EnqueueAsync(Job("a"));
        for (var death = 0; death < 3; death++)
        {
            var lease = await ClaimAsync();
            Assert.Equal(death, lease.RunnerDeaths);
            await FinishAsync(lease, new JobOutcome.Retry(Answer("killer"), TimeSpan.Zero, RunnerDied: true));
        }

        Assert.Equal("killer", await AnswerTextAsync("a"));
    }

    [Fact]
    public async Task An_interrupted_attempt_does_not_count()
    {
        await EnqueueAsync(Job("a") with { MaxAttempts = 1 });
        var interrupted = await ClaimAsync();
        await FinishAsync(interrupted, new JobOutcome.Interrupted());
        var again = await ClaimAsync();

        // Not counted, and yet another number: the old holder must stay locked out.
        Assert.Equal((2, 2), (again.Attempt, again.MaxAttempts));
        Assert.False(await FinishAsync(interrupted, new JobOutcome.Completed(Answer("old"))));
        Assert.True(await FinishAsync(again, new JobOutcome.Completed(Answer("new"))));
    }

    [Fact]
    public async Task A_renewed_lease_is_not_rescued()
    {
        await EnqueueAsync(Job("a"));
        var lease = await ClaimAsync();
        Time.Advance(LeaseTime / 2);
        Assert.Equal([true], await Store.RenewAsync([("a", lease.Attempt)], LeaseTime, Stop));
        Time.Advance(LeaseTime / 2);

        Assert.Equal((0, 0), await Store.RescueAsync(Stop));
        Time.Advance(LeaseTime / 2);
        Assert.Equal((1, 0), await Store.RescueAsync(Stop));
        Assert.Equal([false], await Store.RenewAsync([("a", lease.Attempt)], LeaseTime, Stop));
    }

    [Fact]
    public async Task A_lost_lease_counts_and_the_last_one_completes_the_job()
    {
        await EnqueueAsync(Job("a") with { MaxAttempts = 1 });
        await ClaimAsync();
        Time.Advance(LeaseTime);

        Assert.Equal((1, 0), await Store.RescueAsync(Stop));

        var job = await FindAsync("a");
        Assert.Equal((503, "runner_connection_error"), (job.ResultStatus, job.ErrorType));
    }

    [Fact]
    public async Task A_job_that_waits_past_its_start_deadline_completes_with_504()
    {
        await EnqueueAsync(Job("a") with { StartBefore = Time.GetUtcNow().AddSeconds(3) });
        Assert.Equal((0, 0), await Store.RescueAsync(Stop));
        Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal((0, 1), await Store.RescueAsync(Stop));

        var answer = await Store.AnswerAsync("a", Account, Stop);
        Assert.Equal((504, "request_timeout"), (answer!.Status, answer.ErrorType));
        Assert.Equal("""{"x-fal-request-timeout-type":"user"}""", answer.Headers);
        Assert.Equal(
            """{"detail":"Request timed out before processing started","error_type":"request_timeout"}""",
            await AnswerTextAsync("a"));
    }

    [Fact]
    public async Task A_job_past_its_start_deadline_is_never_claimed()
    {
        await Store.EnqueueAsync([Job("late") with { StartBefore = Time.GetUtcNow().AddSeconds(3) }, Job("b")], Stop);
        Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal("b", (await ClaimAsync()).JobId);
        Assert.Equal(504, (await FindAsync("late")).ResultStatus);
    }

    [Fact]
    public async Task A_start_deadline_also_ends_the_wait_for_another_attempt()
    {
        await EnqueueAsync(Job("a") with { StartBefore = Time.GetUtcNow().AddSeconds(3) });
        var lease = await ClaimAsync();
        Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal((0, 0), await Store.RescueAsync(Stop));
        await FinishAsync(lease, new JobOutcome.Retry(Answer("x"), TimeSpan.FromSeconds(9), RunnerDied: false));

        Assert.Equal((0, 1), await Store.RescueAsync(Stop));
        Assert.Equal(504, (await FindAsync("a")).ResultStatus);
    }
}

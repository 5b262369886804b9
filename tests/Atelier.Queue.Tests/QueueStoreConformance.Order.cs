namespace Atelier.Queue.Tests;

public abstract partial class QueueStoreConformance
{
    [Fact]
    public async Task Jobs_are_claimed_by_priority_and_then_by_arrival()
    {
        await Store.EnqueueAsync(
            [
                Job("low-1") with { Priority = JobPriority.Low },
                Job("n-1"),
                Job("low-2") with { Priority = JobPriority.Low },
                Job("n-2"),
            ],
            Stop);

        var order = await Store.ClaimAsync(App, 10, LeaseTime, Stop);

        Assert.Equal(["n-1", "n-2", "low-1", "low-2"], order.Select(lease => lease.JobId));
    }

    [Fact]
    public async Task Positions_count_the_jobs_ahead()
    {
        await Store.EnqueueAsync(
            [Job("low") with { Priority = JobPriority.Low }, Job("a"), Job("b"), Job("other") with { App = "x/y" }],
            Stop);

        Assert.Equal(
            (0, 1, 2, 0),
            (Store.Position("a"), Store.Position("b"), Store.Position("low"), Store.Position("other")));

        await ClaimAsync();

        Assert.Equal((-1, 0, 1), (Store.Position("a"), Store.Position("b"), Store.Position("low")));
        Assert.Equal(-1, Store.Position("nobody"));
    }

    [Fact]
    public async Task Positions_agree_with_a_naive_count_while_jobs_come_and_go()
    {
        var random = new Random(7);
        List<(string Id, JobPriority Priority, int Arrival)> waiting = [];
        for (var step = 0; step < 3000; step++)
        {
            if (waiting.Count == 0 || random.Next(3) > 0)
            {
                var priority = (JobPriority)random.Next(2);
                await EnqueueAsync(Job($"j{step}") with { Priority = priority });
                waiting.Add(($"j{step}", priority, step));
            }
            else
            {
                var gone = waiting[random.Next(waiting.Count)];
                Assert.Equal(
                    CancelResult.Removed, await Store.CancelAsync(gone.Id, Account, PlatformAnswers.Cancelled, Stop));
                waiting.Remove(gone);
            }
        }

        var expected = waiting.OrderBy(job => job.Priority).ThenBy(job => job.Arrival).Select(job => job.Id);
        Assert.Equal(expected, waiting.OrderBy(job => Store.Position(job.Id)).Select(job => job.Id));
        Assert.Equal(waiting.Count - 1, waiting.Max(job => Store.Position(job.Id)));
    }

    [Fact]
    public async Task A_job_is_not_claimed_before_its_time()
    {
        List<string> woken = [];
        await EnqueueAsync(Job("a") with { NotBefore = Time.GetUtcNow().AddSeconds(5) });
        Store.BecameReady += woken.Add;

        Assert.Empty(await Store.ClaimAsync(App, 1, LeaseTime, Stop));
        Assert.Equal((0, 1), (Store.Ready(App), Store.Waiting(App)));
        Assert.Empty(woken);

        Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([App], woken);
        Assert.Equal("a", (await ClaimAsync()).JobId);
    }

    [Fact]
    public async Task A_returned_job_comes_before_jobs_that_arrived_later()
    {
        await Store.EnqueueAsync([Job("a"), Job("b")], Stop);
        var first = await ClaimAsync();
        await FinishAsync(first, new JobOutcome.Interrupted());

        Assert.Equal((0, 1), (Store.Position("a"), Store.Position("b")));
        Assert.Equal("a", (await ClaimAsync()).JobId);
    }

    [Fact]
    public async Task A_waiter_learns_of_completion_after_the_answer_is_stored()
    {
        await EnqueueAsync(Job("a"));
        var completion = Store.CompletionAsync("a", Stop);
        var lease = await ClaimAsync();
        Assert.False(completion.IsCompleted);

        await FinishAsync(lease, new JobOutcome.Completed(Answer("1")));

        await completion;
        Assert.Equal("1", await AnswerTextAsync("a"));
        await Store.CompletionAsync("a", Stop);
        await Store.CompletionAsync("unknown", Stop);
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_in_pages()
    {
        await Store.EnqueueAsync(
            [
                Job("1"),
                Job("2") with { Endpoint = "atelier/echo/other" },
                Job("3"),
                Job("4") with { AccountId = "you" },
            ],
            Stop);
        await ClaimAsync();

        Assert.Equal(["3", "2"], await ListAsync(new(Account, null, null, null, 2)));
        Assert.Equal(["1"], await ListAsync(new(Account, null, null, "2", 2)));
        Assert.Equal(["3", "1"], await ListAsync(new(Account, App, null, null, 10)));
        Assert.Equal(["1"], await ListAsync(new(Account, null, JobState.InProgress, null, 10)));
        Assert.Equal(["3"], await ListAsync(new(Account, App, JobState.InQueue, null, 10)));
    }

    async Task<IEnumerable<string>> ListAsync(JobQuery query) =>
        (await Store.ListAsync(query, Stop)).Select(job => job.Id);
}

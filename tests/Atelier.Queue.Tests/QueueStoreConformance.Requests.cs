namespace Atelier.Queue.Tests;

public abstract partial class QueueStoreConformance
{
    static readonly StoredAnswer Cancelled = new(499, "\"cancelled\""u8.ToArray(), "{}", "client_cancelled");

    [Fact]
    public async Task A_waiting_job_is_cancelled_at_once()
    {
        await EnqueueAsync(Job("a"));

        Assert.Equal(CancelResult.Removed, await Store.CancelAsync("a", Account, Cancelled, Stop));
        Assert.Equal(CancelResult.AlreadyCompleted, await Store.CancelAsync("a", Account, Cancelled, Stop));

        Assert.Equal("\"cancelled\"", await AnswerTextAsync("a"));
        Assert.Empty(await Store.ClaimAsync(App, 1, LeaseTime, Stop));
        Assert.Equal(0, Store.Waiting(App));
    }

    [Fact]
    public async Task A_running_job_is_asked_to_cancel_and_keeps_its_own_result()
    {
        List<string> asked = [];
        Store.CancelRequested += asked.Add;
        await EnqueueAsync(Job("a"));
        var lease = await ClaimAsync();

        Assert.Equal(CancelResult.Requested, await Store.CancelAsync("a", Account, Cancelled, Stop));
        Assert.Equal(["a"], asked);
        Assert.True((await FindAsync("a")).CancelRequested);

        await FinishAsync(lease, new JobOutcome.Completed(Answer("done")));
        Assert.Equal("done", await AnswerTextAsync("a"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancelled_job_without_a_result_completes_as_cancelled(bool interrupted)
    {
        await EnqueueAsync(Job("a"));
        var lease = await ClaimAsync();
        await Store.CancelAsync("a", Account, Cancelled, Stop);

        await FinishAsync(
            lease,
            interrupted
                ? new JobOutcome.Interrupted()
                : new JobOutcome.Retry(Answer("x"), TimeSpan.Zero, RunnerDied: false));

        Assert.Equal("\"cancelled\"", await AnswerTextAsync("a"));
    }

    [Fact]
    public async Task An_unknown_job_is_not_found()
    {
        Assert.Equal(CancelResult.NotFound, await Store.CancelAsync("nope", Account, Cancelled, Stop));
        Assert.Null(await Store.FindAsync("nope", Account, Stop));
        Assert.Null(await Store.AnswerAsync("nope", Account, Stop));
        Assert.Empty(await Store.LogsAsync("nope", Account, Stop));
    }

    [Fact]
    public async Task Another_accounts_job_does_not_exist()
    {
        await EnqueueAsync(Job("a"));
        Store.AppendLogs("a", [new(Time.GetUtcNow(), "INFO", "secret")]);

        Assert.Null(await Store.FindAsync("a", "you", Stop));
        Assert.Equal(CancelResult.NotFound, await Store.CancelAsync("a", "you", Cancelled, Stop));
        Assert.Empty(await Store.LogsAsync("a", "you", Stop));
        await FinishAsync(await ClaimAsync(), new JobOutcome.Completed(Answer("1")));
        Assert.Null(await Store.AnswerAsync("a", "you", Stop));
        await ReopenAsync();
        Assert.Null(await Store.AnswerAsync("a", "you", Stop));
        Assert.Null(await Store.FindAsync("a", "you", Stop));
        Assert.Equal(CancelResult.NotFound, await Store.CancelAsync("a", "you", Cancelled, Stop));
    }

    [Fact]
    public async Task An_idempotency_key_answers_the_first_job_or_conflicts()
    {
        var first = Job("a", "body") with { IdempotencyKey = "once" };
        Assert.IsType<EnqueueResult.Accepted>(await EnqueueAsync(first));

        Assert.Equal(new EnqueueResult.Repeated("a"), await EnqueueAsync(first with { Id = "b" }));
        Assert.IsType<EnqueueResult.Conflict>(await EnqueueAsync(Job("c", "other") with { IdempotencyKey = "once" }));
        Assert.IsType<EnqueueResult.Accepted>(await EnqueueAsync(first with { Id = "d", KeyId = "other" }));
        Assert.IsType<EnqueueResult.Accepted>(await EnqueueAsync(first with { Id = "e", Endpoint = "x/y" }));
        await ReopenAsync();
        Assert.Equal(new EnqueueResult.Repeated("a"), await EnqueueAsync(first with { Id = "f" }));
        Assert.Null(await Store.FindAsync("b", Account, Stop));
    }

    [Fact]
    public async Task A_key_used_twice_in_one_batch_is_accepted_once()
    {
        var job = Job("a") with { IdempotencyKey = "once" };

        var results = await Store.EnqueueAsync(
            [job, job with { Id = "b" }, job with { Id = "a", IdempotencyKey = null }], Stop);

        Assert.Equal(
            [new EnqueueResult.Accepted(0), new EnqueueResult.Repeated("a"), new EnqueueResult.Conflict()], results);
    }

    [Fact]
    public async Task Logs_are_read_in_order_before_and_after_completion()
    {
        await EnqueueAsync(Job("a"));
        var lease = await ClaimAsync();
        Store.AppendLogs("a", [Line("one"), Line("two")]);
        Store.AppendLogs("a", [Line("three")]);
        Assert.Equal(["one", "two", "three"], await LogTextsAsync("a"));

        await FinishAsync(lease, new JobOutcome.Interrupted());
        await ReopenAsync();
        Store.AppendLogs("a", [Line("four")]);
        Assert.Equal(["one", "two", "three", "four"], await LogTextsAsync("a"));

        await FinishAsync(await ClaimAsync(), new JobOutcome.Completed(Answer("1")));
        await ReopenAsync();
        Assert.Equal(["one", "two", "three", "four"], await LogTextsAsync("a"));
    }

    [Fact]
    public async Task A_log_past_its_limit_says_how_much_was_dropped()
    {
        await EnqueueAsync(Job("a"));
        Store.AppendLogs("a", [Line(new('é', 5000)), .. Enumerable.Repeat(Line("x"), 10_002)]);

        var before = (await LogTextsAsync("a")).ToList();
        await ReopenAsync();
        var after = (await LogTextsAsync("a")).ToList();

        Assert.Equal(10_001, before.Count);
        Assert.Equal(4096, before[0].Length);
        Assert.StartsWith("3 lines were dropped", before[^1]);
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task A_recorded_run_is_part_of_the_history()
    {
        var began = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromSeconds(2));

        var log = new LogBuffer();
        log.Append([Line("one"), Line("two")]);
        await Store.RecordAsync(Job("a"), began, Answer("ran"), log, Stop);

        var job = await FindAsync("a");
        Assert.Equal((JobState.Completed, began, Time.GetUtcNow()), (job.State, job.StartedAt, job.FinishedAt));
        Assert.Equal("ran", await AnswerTextAsync("a"));
        Assert.Equal(["one", "two"], await LogTextsAsync("a"));
    }

    [Fact]
    public async Task Every_change_that_callers_see_is_signalled()
    {
        Assert.True(Store.NextChange("unknown").IsCompleted);
        await EnqueueAsync(Job("a"));
        var claimed = Store.NextChange("a");
        Assert.False(claimed.IsCompleted);

        var lease = await ClaimAsync();
        await claimed;
        var logged = Store.NextChange("a");
        Store.AppendLogs("a", [Line("one")]);
        await logged;
        var returned = Store.NextChange("a");
        await FinishAsync(lease, new JobOutcome.Interrupted());
        await returned;
        var completed = Store.NextChange("a");
        await FinishAsync(await ClaimAsync(), new JobOutcome.Completed(Answer("1")));
        await completed;

        Assert.True(Store.NextChange("a").IsCompleted);
    }

    [Fact]
    public async Task A_reader_of_a_log_gets_what_is_new_to_it()
    {
        await EnqueueAsync(Job("a"));
        Assert.Empty(await NewLogTextsAsync("a", 0));
        Store.AppendLogs("a", [Line("one"), Line("two")]);
        await FinishAsync(await ClaimAsync(), new JobOutcome.Interrupted());
        await ReopenAsync();
        Store.AppendLogs("a", [Line("three")]);

        Assert.Equal(["two", "three"], await NewLogTextsAsync("a", 1));
        Assert.Equal(["three"], await NewLogTextsAsync("a", 2));
        Assert.Empty(await NewLogTextsAsync("a", 3));
        Assert.Empty(await Store.NewLogsAsync("a", "you", 0, Stop));
    }

    [Fact]
    public async Task How_many_lines_were_dropped_is_told_once_and_at_the_end()
    {
        await EnqueueAsync(Job("a"));
        Store.AppendLogs("a", [.. Enumerable.Repeat(Line("x"), 10_002)]);

        Assert.Equal(10_000, (await NewLogTextsAsync("a", 0)).Count());
        await FinishAsync(await ClaimAsync(), new JobOutcome.Completed(Answer("1")));

        Assert.StartsWith("2 lines were dropped", Assert.Single(await NewLogTextsAsync("a", 10_000)));
    }

    [Fact]
    public async Task Payloads_are_deleted_after_their_retention_and_the_job_stays()
    {
        var big = new string('x', 100_000);
        await Store.EnqueueAsync(
            [Job("hour", big) with { PayloadRetention = TimeSpan.FromHours(1) }, Job("month")], Stop);
        foreach (var lease in await Store.ClaimAsync(App, 2, LeaseTime, Stop))
        {
            await FinishAsync(lease, new JobOutcome.Completed(Answer(big)));
        }

        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await Store.SweepAsync(Stop));

        Assert.Null(await AnswerTextAsync("hour"));
        Assert.Equal(200, (await FindAsync("hour")).ResultStatus);
        Assert.Equal(big, await AnswerTextAsync("month"));
        Assert.Equal(0, await Store.SweepAsync(Stop));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64 * 1024)]
    [InlineData((64 * 1024) + 1)]
    [InlineData(1_000_000)]
    public async Task Bodies_of_every_size_come_back_as_they_went_in(int size)
    {
        var body = new string('x', size);
        await EnqueueAsync(Job("a", body));
        var lease = await ClaimAsync();
        Assert.Equal(size, lease.Input.Length);
        await FinishAsync(lease, new JobOutcome.Completed(Answer(body)));

        Assert.Equal(body, await AnswerTextAsync("a"));
        await ReopenAsync();
        Assert.Equal(body, await AnswerTextAsync("a"));
    }

    [Fact]
    public async Task A_store_that_is_opened_again_knows_everything()
    {
        await Store.EnqueueAsync(
            [Job("done"), Job("running"), Job("waiting", "kept") with { StartBefore = Time.GetUtcNow().AddSeconds(9) }],
            Stop);
        await FinishAsync(await ClaimAsync(), new JobOutcome.Completed(Answer("1")));
        var running = await ClaimAsync();
        var before = await FindAsync("done");

        await ReopenAsync();

        Assert.Equal(before, await FindAsync("done"));
        Assert.Equal("1", await AnswerTextAsync("done"));
        Assert.Equal(CancelResult.AlreadyCompleted, await Store.CancelAsync("done", Account, Cancelled, Stop));
        Assert.False(await FinishAsync(running, new JobOutcome.Completed(Answer("old instance"))));
        Assert.Equal((0, 1), (Store.Position("running"), Store.Position("waiting")));
        var leases = await Store.ClaimAsync(App, 9, LeaseTime, Stop);
        Assert.Equal(
            [("running", 2, 11), ("waiting", 1, 10)],
            leases.Select(lease => (lease.JobId, lease.Attempt, lease.MaxAttempts)));
        Assert.Equal("kept", System.Text.Encoding.UTF8.GetString(leases[1].Input.Span));
    }

    [Fact]
    public async Task A_job_cancelled_while_it_ran_does_not_run_again_after_a_restart()
    {
        await EnqueueAsync(Job("a"));
        await ClaimAsync();
        await Store.CancelAsync("a", Account, Cancelled, Stop);

        await ReopenAsync();

        Assert.Equal(499, (await FindAsync("a")).ResultStatus);
    }

    JobLog Line(string message) => new(Time.GetUtcNow(), "INFO", message);

    async Task<IEnumerable<string>> NewLogTextsAsync(string id, int from) =>
        (await Store.NewLogsAsync(id, Account, from, Stop)).Select(line => line.Message);

    async Task<IEnumerable<string>> LogTextsAsync(string id) =>
        (await Store.LogsAsync(id, Account, Stop)).Select(line => line.Message);
}

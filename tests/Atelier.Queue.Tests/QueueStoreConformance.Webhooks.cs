using Atelier.Queue.Webhooks;

namespace Atelier.Queue.Tests;

/// <summary>The outbox: whatever ends a job makes its webhook due, and only an attempt's end takes it away.</summary>
public abstract partial class QueueStoreConformance
{
    const string Host = "hooks.example:443";
    static readonly WebhookEnd Delivered = new WebhookEnd.Delivered();

    protected abstract IWebhookOutbox Outbox { get; }

    public static TheoryData<string> Ends =>
    [
        "success", "error", "attempts used up", "runner deaths", "cancelled while waiting", "cancelled while running",
        "start deadline in line", "start deadline at the claim", "lease lost for the last time",
    ];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task However_a_job_ends_its_webhook_is_due(string end)
    {
        var due = 0;
        Outbox.BecameDue += () => due++;
        await EnqueueAsync(Hooked("a") with
        {
            MaxAttempts = 1,
            StartBefore = end.StartsWith("start", StringComparison.Ordinal) ? Time.GetUtcNow().AddSeconds(1) : null,
        });
        Assert.Empty(await ClaimWebhooksAsync());

        await EndAsync(end);

        Assert.Equal(JobState.Completed, (await FindAsync("a")).State);
        var lease = Assert.Single(await ClaimWebhooksAsync());
        Assert.Equal((1, 1), (due, Outbox.Pending));
        Assert.Equal(("a", Account, 1, 0), (lease.JobId, lease.AccountId, lease.Attempt, lease.Failures));
        Assert.Equal(("https://hooks.example/x", Host), (lease.Url, lease.Host));
        Assert.Equal((await FindAsync("a")).ResultStatus, lease.ResultStatus);
        Assert.Equal(Time.GetUtcNow() + Job("a").PayloadRetention, lease.ExpiresAt);
    }

    [Fact]
    public async Task A_job_without_a_webhook_leaves_nothing_to_send()
    {
        await CompleteAsync(Job("a"));

        Assert.Equal(0, Outbox.Pending);
        Assert.Empty(await ClaimWebhooksAsync());
        Assert.Empty(await WebhooksAsync());
    }

    [Fact]
    public async Task A_put_back_job_is_not_announced()
    {
        await EnqueueAsync(Hooked("a"));
        await FinishAsync(await ClaimAsync(), new JobOutcome.Retry(Answer("x"), TimeSpan.Zero, RunnerDied: false));
        await FinishAsync(await ClaimAsync(), new JobOutcome.Interrupted());

        Assert.Empty(await ClaimWebhooksAsync());
        Assert.Equal(WebhookState.AwaitingResult, Assert.Single(await WebhooksAsync()).State);
    }

    [Fact]
    public async Task A_webhook_is_claimed_once_and_a_delivered_one_is_gone()
    {
        await CompleteAsync(Hooked("a"));
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ClaimWebhooksAsync()));
        var lease = Assert.Single(claims.SelectMany(claim => claim));

        Assert.True(await EndWebhookAsync(lease, Delivered, 204));

        Assert.False(await EndWebhookAsync(lease, Delivered, 204));
        Assert.Empty(await ClaimWebhooksAsync());
        Assert.Equal(0, Outbox.Pending);
        var webhook = Assert.Single(await WebhooksAsync());
        Assert.Equal((WebhookState.Delivered, null), (webhook.State, webhook.DueAt));
        Assert.Equal([new(1, Time.GetUtcNow(), TimeSpan.FromMilliseconds(7), 204, null)], webhook.Attempts);
    }

    [Fact]
    public async Task A_failed_attempt_comes_back_when_it_is_due()
    {
        await CompleteAsync(Hooked("a"));
        var first = Assert.Single(await ClaimWebhooksAsync());
        var at = Time.GetUtcNow().AddSeconds(14);
        await EndWebhookAsync(first, new WebhookEnd.Retry(at), null, "timeout");

        Assert.Empty(await ClaimWebhooksAsync());
        Assert.Equal(at, await Outbox.NextDueAsync(Stop));
        Assert.Equal(at, Assert.Single(await WebhooksAsync()).DueAt);
        Time.Advance(TimeSpan.FromSeconds(14));

        var second = Assert.Single(await ClaimWebhooksAsync());
        Assert.Equal((2, 1), (second.Attempt, second.Failures));
        Assert.False(await EndWebhookAsync(first, Delivered, 200));
        Assert.True(await EndWebhookAsync(second, Delivered, 200));
        Assert.Equal(["timeout", null], Assert.Single(await WebhooksAsync()).Attempts.Select(attempt => attempt.Error));
    }

    [Fact]
    public async Task An_interrupted_attempt_is_due_at_once_and_not_counted()
    {
        await CompleteAsync(Hooked("a"));
        await EndWebhookAsync(Assert.Single(await ClaimWebhooksAsync()), new WebhookEnd.Interrupted(), null);

        var again = Assert.Single(await ClaimWebhooksAsync());
        Assert.Equal((2, 0), (again.Attempt, again.Failures));
        Assert.Empty(Assert.Single(await WebhooksAsync()).Attempts);
    }

    [Fact]
    public async Task What_an_earlier_instance_was_sending_is_due_at_once()
    {
        await CompleteAsync(Hooked("a"));
        await CompleteAsync(Hooked("b"));
        await EnqueueAsync(Hooked("c"));
        var lost = Assert.Single(await Outbox.ClaimAsync(1, _ => 9, Stop));

        await ReopenAsync();

        Assert.Equal(2, Outbox.Pending);
        var leases = await ClaimWebhooksAsync();
        Assert.Equal(["a", "b"], leases.Select(lease => lease.JobId).Order());
        Assert.Equal(2, leases.Single(lease => lease.JobId == lost.JobId).Attempt);
        await FinishAsync(await ClaimAsync(), new JobOutcome.Completed(Answer("c")));
        Assert.Equal("c", Assert.Single(await ClaimWebhooksAsync()).JobId);
    }

    [Fact]
    public async Task A_host_without_room_does_not_stand_in_the_way_of_others()
    {
        // More than the window that is looked at first.
        foreach (var batch in Enumerable.Range(0, 300).Chunk(100))
        {
            await Store.EnqueueAsync([.. batch.Select(n => Hooked($"dead{n}", "dead:80"))], Stop);
        }

        await Store.EnqueueAsync([Hooked("x", "x:80"), Hooked("y", "y:80"), Hooked("z", "y:80")], Stop);
        var leases = await Store.ClaimAsync(App, 400, LeaseTime, Stop);
        await Store.FinishAsync(
            [.. leases.Select(lease => new FinishedAttempt(lease.JobId, 1, new JobOutcome.Completed(Answer("1"))))],
            Stop);

        Assert.Equal(2, (await Outbox.ClaimAsync(9, host => host is "dead:80" ? 2 : 0, Stop)).Count);
        var others = await Outbox.ClaimAsync(9, host => host is "dead:80" ? 0 : 1, Stop);
        Assert.Equal(["x:80", "y:80"], others.Select(lease => lease.Host).Order());
    }

    [Fact]
    public async Task The_hosts_are_asked_in_turn()
    {
        await Store.EnqueueAsync([.. Enumerable.Range(0, 260).Select(n => Hooked($"dead{n}", "m:80"))], Stop);
        string[] hosts = ["a:80", "b:80", "y:80", "z:80"];
        await Store.EnqueueAsync([.. hosts.Select(host => Hooked($"job-{host[0]}", host))], Stop);
        var leases = await Store.ClaimAsync(App, 400, LeaseTime, Stop);
        await Store.FinishAsync(
            [.. leases.Select(lease => new FinishedAttempt(lease.JobId, 1, new JobOutcome.Completed(Answer("1"))))],
            Stop);

        List<string> order = [];
        for (var n = 0; n < 5; n++)
        {
            var claimed = await Outbox.ClaimAsync(1, host => host is "m:80" ? 0 : 1, Stop);
            order.AddRange(claimed.Select(lease => lease.Host));
        }

        Assert.Equal(hosts, order);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_webhook_that_ended_can_be_sent_again(bool delivered)
    {
        await CompleteAsync(Hooked("a"));
        var lease = Assert.Single(await ClaimWebhooksAsync());
        Assert.Equal(RedeliverResult.Sending, await Outbox.RedeliverAsync("a", Account, null, Stop));
        await EndWebhookAsync(lease, delivered ? Delivered : new WebhookEnd.Failed(), 200);

        Assert.Equal(RedeliverResult.Due, await Outbox.RedeliverAsync("a", Account, "key", Stop));
        Assert.Equal(RedeliverResult.Due, await Outbox.RedeliverAsync("a", Account, null, Stop));

        Assert.Equal(1, Outbox.Pending);
        var again = Assert.Single(await ClaimWebhooksAsync());
        Assert.Equal((2, 0), (again.Attempt, again.Failures));
    }

    [Fact]
    public async Task Only_what_is_the_callers_own_is_sent_again()
    {
        await CompleteAsync(Job("plain"));
        await EnqueueAsync(Hooked("a"));

        Assert.Equal(RedeliverResult.AwaitingResult, await Outbox.RedeliverAsync("a", Account, null, Stop));
        Assert.Equal(RedeliverResult.NotFound, await Outbox.RedeliverAsync("plain", Account, null, Stop));
        Assert.Equal(RedeliverResult.NotFound, await Outbox.RedeliverAsync("nope", Account, null, Stop));
        Assert.Equal(RedeliverResult.NotFound, await Outbox.RedeliverAsync("a", "someone else", null, Stop));
        Assert.Equal(RedeliverResult.NotFound, await Outbox.RedeliverAsync("a", Account, "another key", Stop));
    }

    [Fact]
    public async Task Webhooks_are_listed_newest_first_by_key_and_state()
    {
        await EnqueueAsync(Hooked("waits"));
        await EnqueueAsync(Hooked("other") with { KeyId = "key2" });
        await CompleteAsync(Hooked("ends") with { App = "a/b" }, "a/b");
        WebhookQuery all = new(Account, null, null, null, null, 10);

        Assert.Equal(["ends", "other", "waits"], await IdsAsync(all));
        Assert.Equal(["ends", "waits"], await IdsAsync(all with { KeyId = "key" }));
        Assert.Equal(["ends"], await IdsAsync(all with { State = WebhookState.Pending }));
        Assert.Equal(["other", "waits"], await IdsAsync(all with { State = WebhookState.AwaitingResult }));
        Assert.Equal(["other"], await IdsAsync(all with { JobId = "other" }));
        Assert.Empty(await IdsAsync(all with { JobId = "other", KeyId = "key" }));
        Assert.Empty(await IdsAsync(all with { AccountId = "someone else" }));
        var first = await Outbox.ListAsync(all with { Limit = 2 }, Stop);
        Assert.Equal(["waits"], await IdsAsync(all with { Before = first[^1].Place }));
    }

    [Fact]
    public async Task A_log_keeps_its_last_hundred_attempts()
    {
        await CompleteAsync(Hooked("a"));
        for (var n = 0; n < 103; n++)
        {
            await EndWebhookAsync(
                Assert.Single(await ClaimWebhooksAsync()), new WebhookEnd.Retry(Time.GetUtcNow()), 500, "status");
        }

        Assert.Equal(Enumerable.Range(4, 100), Assert.Single(await WebhooksAsync()).Attempts.Select(a => a.Number));
    }

    [Fact]
    public async Task What_ended_is_forgotten_after_thirty_days_and_what_waits_is_not()
    {
        await CompleteAsync(Hooked("a") with { PayloadRetention = TimeSpan.FromHours(1) });
        await CompleteAsync(Hooked("b") with { PayloadRetention = TimeSpan.FromHours(1) });
        var leases = await ClaimWebhooksAsync();
        await EndWebhookAsync(leases[0], Delivered, 200);
        await EndWebhookAsync(leases[1], new WebhookEnd.Retry(Time.GetUtcNow().AddDays(40)), 500);
        Time.Advance(TimeSpan.FromDays(29));
        await Store.SweepAsync(Stop);
        Assert.Equal(2, (await WebhooksAsync()).Count);

        Time.Advance(TimeSpan.FromDays(1));
        await Store.SweepAsync(Stop);

        Assert.Equal("b", Assert.Single(await WebhooksAsync()).JobId);
    }

    static NewJob Hooked(string id, string host = Host) =>
        Job(id) with { Webhook = new("https://hooks.example/x", host) };

    async Task EndAsync(string end)
    {
        switch (end)
        {
            case "success":
                await FinishAsync(await ClaimAsync(), new JobOutcome.Completed(Answer("1")));
                break;
            case "error":
                await FinishAsync(await ClaimAsync(), new JobOutcome.Completed(new(422, "{}"u8.ToArray())));
                break;
            case "attempts used up":
                var retry = new JobOutcome.Retry(Answer("x"), TimeSpan.Zero, RunnerDied: false);
                await FinishAsync(await ClaimAsync(), retry);
                break;
            case "runner deaths":
                var death = new JobOutcome.Retry(Answer("x"), TimeSpan.Zero, RunnerDied: true);
                await FinishAsync(await ClaimAsync(), death);
                break;
            case "cancelled while waiting":
                await Store.CancelAsync("a", Account, Cancelled, Stop);
                break;
            case "cancelled while running":
                var lease = await ClaimAsync();
                await Store.CancelAsync("a", Account, Cancelled, Stop);
                await FinishAsync(lease, new JobOutcome.Interrupted());
                break;
            case "start deadline in line":
                Time.Advance(TimeSpan.FromSeconds(1));
                await Store.RescueAsync(Stop);
                break;
            case "start deadline at the claim":
                Time.Advance(TimeSpan.FromSeconds(1));
                await Store.ClaimAsync(App, 1, LeaseTime, Stop);
                break;
            default:
                await ClaimAsync();
                Time.Advance(LeaseTime);
                await Store.RescueAsync(Stop);
                break;
        }
    }

    async Task CompleteAsync(NewJob job, string app = App)
    {
        await EnqueueAsync(job);
        var lease = Assert.Single(await Store.ClaimAsync(app, 1, LeaseTime, Stop));
        await FinishAsync(lease, new JobOutcome.Completed(Answer("1")));
    }

    Task<IReadOnlyList<WebhookLease>> ClaimWebhooksAsync() => Outbox.ClaimAsync(100, _ => 100, Stop);

    Task<bool> EndWebhookAsync(WebhookLease lease, WebhookEnd end, int? status, string? error = null) =>
        Outbox.FinishAsync(
            lease.JobId, new(lease.Attempt, Time.GetUtcNow(), TimeSpan.FromMilliseconds(7), status, error), end, Stop);

    Task<IReadOnlyList<Webhook>> WebhooksAsync() =>
        Outbox.ListAsync(new(Account, null, null, null, null, 100), Stop);

    async Task<IEnumerable<string>> IdsAsync(WebhookQuery query) =>
        (await Outbox.ListAsync(query, Stop)).Select(webhook => webhook.JobId);
}

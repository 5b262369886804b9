using System.Text;
using Atelier.Tests;

namespace Atelier.Queue.Tests;

/// <summary>What every <see cref="IQueueStore"/> must do. Each database subclasses it and adds only setup.</summary>
public abstract partial class QueueStoreConformance : IAsyncLifetime
{
    protected const string App = "atelier/echo";
    protected const string Account = "me";
    protected static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(60);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected ManualTime Time { get; } = new();

    protected IQueueStore Store { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the store: empty the first time, and as it was left after that.</summary>
    protected abstract Task<IQueueStore> OpenAsync();

    [Fact]
    public async Task An_accepted_job_waits_and_is_found()
    {
        var result = await EnqueueAsync(Job("a") with { Context = """{"k":1}""" });

        Assert.Equal(new EnqueueResult.Accepted(0), result);
        var job = await FindAsync("a");
        Assert.Equal(JobState.InQueue, job.State);
        Assert.Equal(0, job.Attempt);
        Assert.Equal("""{"k":1}""", job.Context);
        Assert.Equal(Time.GetUtcNow(), job.CreatedAt);
        Assert.Equal(1, Store.Waiting(App));
        Assert.Equal([App], Store.WaitingApps);
    }

    [Fact]
    public async Task A_job_is_claimed_once()
    {
        await EnqueueAsync(Job("a"));

        var claims = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Store.ClaimAsync(App, 1, LeaseTime, Stop)));

        var lease = Assert.Single(claims.SelectMany(claim => claim));
        Assert.Equal(1, lease.Attempt);
        Assert.Equal("{}", Encoding.UTF8.GetString(lease.Input.Span));
        Assert.Equal(JobState.InProgress, (await FindAsync("a")).State);
        Assert.Equal(Time.GetUtcNow() + LeaseTime, lease.Deadline);
        Assert.Empty(Store.WaitingApps);
    }

    [Fact]
    public async Task A_finished_job_has_its_answer()
    {
        await EnqueueAsync(Job("a"));
        var lease = await ClaimAsync();

        Assert.True(await FinishAsync(lease, new JobOutcome.Completed(Answer("""{"ok":1}"""))));

        var job = await FindAsync("a");
        Assert.Equal(JobState.Completed, job.State);
        Assert.Equal(200, job.ResultStatus);
        Assert.Equal(Time.GetUtcNow(), job.FinishedAt);
        Assert.Equal("""{"ok":1}""", await AnswerTextAsync("a"));
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_cannot_finish_the_job()
    {
        await EnqueueAsync(Job("a"));
        var late = await ClaimAsync();
        Time.Advance(LeaseTime);
        Assert.Equal((1, 0), await Store.RescueAsync(Stop));
        var current = await ClaimAsync();

        Assert.False(await FinishAsync(late, new JobOutcome.Completed(Answer("1"))));
        Assert.True(await FinishAsync(current, new JobOutcome.Completed(Answer("2"))));

        Assert.Equal("2", await AnswerTextAsync("a"));
    }

    protected static NewJob Job(string id, string input = "{}") => new()
    {
        Id = id,
        AccountId = Account,
        KeyId = "key",
        App = App,
        Endpoint = App,
        Input = Encoding.UTF8.GetBytes(input),
    };

    protected static StoredAnswer Answer(string body) => new(200, Encoding.UTF8.GetBytes(body));

    protected async Task<EnqueueResult> EnqueueAsync(NewJob job) => (await Store.EnqueueAsync([job], Stop))[0];

    protected async Task<Lease> ClaimAsync() => Assert.Single(await Store.ClaimAsync(App, 1, LeaseTime, Stop));

    protected async Task<bool> FinishAsync(Lease lease, JobOutcome outcome) =>
        (await Store.FinishAsync([new(lease.JobId, lease.Attempt, outcome)], Stop))[0];

    protected async Task<Job> FindAsync(string id)
    {
        var job = await Store.FindAsync(id, Account, Stop);
        Assert.NotNull(job);
        return job;
    }

    protected async Task<string?> AnswerTextAsync(string id) =>
        await Store.AnswerAsync(id, Account, Stop) is { } answer ? Encoding.UTF8.GetString(answer.Body.Span) : null;

    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await OpenAsync();
    }
}

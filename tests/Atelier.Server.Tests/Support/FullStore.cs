using Atelier.Queue;

namespace Atelier.Tests.Server.Support;

/// <summary>A store on a full disk: it accepts nothing, and is otherwise the one it wraps.</summary>
sealed class FullStore(IQueueStore inner) : IQueueStore
{
    public event Action<string>? BecameReady
    {
        add => inner.BecameReady += value;
        remove => inner.BecameReady -= value;
    }

    public event Action<string>? CancelRequested
    {
        add => inner.CancelRequested += value;
        remove => inner.CancelRequested -= value;
    }

    public IRequestHistory History => inner.History;

    public IReadOnlyCollection<string> WaitingApps => inner.WaitingApps;

    public Task<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken) =>
        throw new QueueUnavailableException("database or disk is full");

    public Task<IReadOnlyList<Lease>> ClaimAsync(string app, int max, TimeSpan lease, CancellationToken cancellationToken) =>
        inner.ClaimAsync(app, max, lease, cancellationToken);

    public Task<IReadOnlyList<bool>> FinishAsync(IReadOnlyList<FinishedAttempt> attempts, CancellationToken cancellationToken) =>
        inner.FinishAsync(attempts, cancellationToken);

    public Task<IReadOnlyList<bool>> RenewAsync(
        IReadOnlyList<(string JobId, int Attempt)> leases, TimeSpan lease, CancellationToken cancellationToken) =>
        inner.RenewAsync(leases, lease, cancellationToken);

    public Task<CancelResult> CancelAsync(
        string jobId, string accountId, StoredAnswer cancelled, CancellationToken cancellationToken) =>
        inner.CancelAsync(jobId, accountId, cancelled, cancellationToken);

    public ValueTask<Job?> FindAsync(string jobId, string accountId, CancellationToken cancellationToken) =>
        inner.FindAsync(jobId, accountId, cancellationToken);

    public int Position(string jobId) => inner.Position(jobId);

    public ValueTask<StoredAnswer?> AnswerAsync(string jobId, string accountId, CancellationToken cancellationToken) =>
        inner.AnswerAsync(jobId, accountId, cancellationToken);

    public void AppendLogs(string jobId, IReadOnlyList<JobLog> lines) => inner.AppendLogs(jobId, lines);

    public ValueTask<IReadOnlyList<JobLog>> LogsAsync(string jobId, string accountId, CancellationToken cancellationToken) =>
        inner.LogsAsync(jobId, accountId, cancellationToken);

    public Task<IReadOnlyList<Job>> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        inner.ListAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<JobLog>> NewLogsAsync(
        string jobId, string accountId, int from, CancellationToken cancellationToken) =>
        inner.NewLogsAsync(jobId, accountId, from, cancellationToken);

    public Task RecordAsync(
        NewJob job, DateTimeOffset startedAt, StoredAnswer answer, LogBuffer log, CancellationToken cancellationToken) =>
        inner.RecordAsync(job, startedAt, answer, log, cancellationToken);

    public Task<(int Rescued, int TimedOut)> RescueAsync(CancellationToken cancellationToken) => inner.RescueAsync(cancellationToken);

    public Task<int> SweepAsync(CancellationToken cancellationToken) => inner.SweepAsync(cancellationToken);

    public int Ready(string app) => inner.Ready(app);

    public int Waiting(string app) => inner.Waiting(app);

    public Task CompletionAsync(string jobId, CancellationToken cancellationToken) => inner.CompletionAsync(jobId, cancellationToken);

    public Task NextChange(string jobId) => inner.NextChange(jobId);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

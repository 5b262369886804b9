namespace Atelier.Queue;

#pragma warning disable CS0067
/// <summary>The queue in one SQLite file.</summary>
public sealed class SqliteQueueStore : IQueueStore
{
    SqliteQueueStore()
    {
    }

    /// <summary>Opens or creates the queue, returns the leases of earlier instances and loads the live jobs.</summary>
    public static Task<SqliteQueueStore> OpenAsync(
        SqliteQueueOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        Task.FromResult(new SqliteQueueStore());

    public Task<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Lease>> ClaimAsync(string app, int max, TimeSpan lease, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<bool>> FinishAsync(IReadOnlyList<FinishedAttempt> attempts, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<bool>> RenewAsync(IReadOnlyList<(string JobId, int Attempt)> leases, TimeSpan lease, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CancelResult> CancelAsync(string jobId, string accountId, StoredAnswer cancelled, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<Job?> FindAsync(string jobId, string accountId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public int Position(string jobId) => throw new NotSupportedException();

    public ValueTask<StoredAnswer?> AnswerAsync(string jobId, string accountId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void AppendLogs(string jobId, IReadOnlyList<JobLog> lines) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<JobLog>> LogsAsync(string jobId, string accountId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Job>> ListAsync(JobQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RecordAsync(NewJob job, DateTimeOffset startedAt, StoredAnswer answer, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<(int Rescued, int TimedOut)> RescueAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> SweepAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public int Ready(string app) => throw new NotSupportedException();

    public int Waiting(string app) => throw new NotSupportedException();

    public event Action<string>? BecameReady;

    public Task CompletionAsync(string jobId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public event Action<string>? CancelRequested;

    public IReadOnlyCollection<string> WaitingApps => [];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

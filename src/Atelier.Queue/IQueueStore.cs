namespace Atelier.Queue;

/// <summary>
/// Where requests live: durable, fenced, batched. One conformance suite (<c>QueueStoreConformance</c>) is its
/// specification.
/// </summary>
/// <remarks>
/// A returned task has reached the disk: <see cref="EnqueueAsync"/> answers after its commit, and a job is seen as
/// completed only after the commit of its answer. Methods take batches so that many callers share one commit.
/// </remarks>
public interface IQueueStore : IAsyncDisposable
{
    /// <summary>Accepts jobs. The answers are in the order of <paramref name="jobs"/>.</summary>
    Task<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken);

    /// <summary>
    /// Leases up to <paramref name="max"/> jobs of an app that may run now: priority first, then arrival.
    /// </summary>
    Task<IReadOnlyList<Lease>> ClaimAsync(string app, int max, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>
    /// Stores outcomes. False where the fence refused: the lease was lost, or the job is already completed.
    /// </summary>
    Task<IReadOnlyList<bool>> FinishAsync(IReadOnlyList<FinishedAttempt> attempts, CancellationToken cancellationToken);

    /// <summary>Extends leases that are still held; false where lost.</summary>
    Task<IReadOnlyList<bool>> RenewAsync(
        IReadOnlyList<(string JobId, int Attempt)> leases, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Removes a waiting job (it completes as cancelled) or marks a running one.</summary>
    Task<CancelResult> CancelAsync(
        string jobId, string accountId, StoredAnswer cancelled, CancellationToken cancellationToken);

    /// <summary>
    /// The job, or null when unknown or another account's. Answered from memory while the job is live.
    /// </summary>
    ValueTask<Job?> FindAsync(string jobId, string accountId, CancellationToken cancellationToken);

    /// <summary>
    /// Jobs ahead of a waiting one, from 0; from an in-memory order statistic, never a scan. -1 when it does not
    /// wait.
    /// </summary>
    int Position(string jobId);

    /// <summary>The stored answer, or null while unfinished or after its retention.</summary>
    ValueTask<StoredAnswer?> AnswerAsync(string jobId, string accountId, CancellationToken cancellationToken);

    /// <summary>Adds lines to a job's log. Past 10 000 lines one line says how many were dropped.</summary>
    void AppendLogs(string jobId, IReadOnlyList<JobLog> lines);

    /// <summary>The job's log in order.</summary>
    ValueTask<IReadOnlyList<JobLog>> LogsAsync(string jobId, string accountId, CancellationToken cancellationToken);

    /// <summary>
    /// The lines of a job's log from line <paramref name="from"/> (from 0) on: what came since a reader looked last. The
    /// line that tells how many were dropped is among them only once the job is completed, when the number is final.
    /// </summary>
    ValueTask<IReadOnlyList<JobLog>> NewLogsAsync(
        string jobId, string accountId, int from, CancellationToken cancellationToken);

    /// <summary>A page of jobs, newest first.</summary>
    Task<IReadOnlyList<Job>> ListAsync(JobQuery query, CancellationToken cancellationToken);

    /// <summary>Writes a finished request that never waited here (a sync run) into the history, with its log.</summary>
    Task RecordAsync(
        NewJob job, DateTimeOffset startedAt, StoredAnswer answer, LogBuffer log, CancellationToken cancellationToken);

    /// <summary>
    /// Returns jobs whose lease ran out, and completes jobs whose start deadline passed. How many of each.
    /// </summary>
    Task<(int Rescued, int TimedOut)> RescueAsync(CancellationToken cancellationToken);

    /// <summary>Deletes payloads past their retention. How many jobs lost theirs.</summary>
    Task<int> SweepAsync(CancellationToken cancellationToken);

    /// <summary>How many jobs of an app wait and may run now. A hint, from memory.</summary>
    int Ready(string app);

    /// <summary>How many jobs of an app wait at all.</summary>
    int Waiting(string app);

    /// <summary>The apps with at least one waiting job.</summary>
    IReadOnlyCollection<string> WaitingApps { get; }

    /// <summary>What became of requests.</summary>
    IRequestHistory History { get; }

    /// <summary>Raised, with the app, when a job of it may have become ready. A hint: the table is the truth.</summary>
    event Action<string>? BecameReady;

    /// <summary>Completes when the job is completed (after the commit), or at once when it is or is unknown.</summary>
    Task CompletionAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>
    /// Completes at the job's next change of state or log, after the commit of a state; at once when the job is completed
    /// or unknown. Taken before a look, it misses nothing that comes after the look.
    /// </summary>
    Task NextChange(string jobId);

    /// <summary>Raised, with the job id, when a running job is asked to cancel.</summary>
    event Action<string>? CancelRequested;
}

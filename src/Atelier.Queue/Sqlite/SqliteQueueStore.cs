using Atelier.Queue.Live;
using Atelier.Queue.Sqlite;
using Atelier.Queue.Sqlite.Native;
using Atelier.Queue.Sqlite.Operations;
using Atelier.Queue.Sqlite.Webhooks;
using Atelier.Queue.Webhooks;

namespace Atelier.Queue;

/// <summary>
/// One file, one writer, and every unfinished job in memory. Reads of live jobs touch no disk; writes share commits.
/// </summary>
/// <remarks>The picture and the reasons: <c>docs/architecture/02-queue.md</c>.</remarks>
public sealed partial class SqliteQueueStore : IQueueStore
{
    const int SweepBatch = 500;

    readonly TimeProvider _time;
    readonly string _instanceId;
    readonly BlobFolder _blobs;
    readonly LiveJobs _live;
    readonly QueueReader _reader;
    readonly QueueWriter _writer;
    readonly SqliteWebhookOutbox _webhooks;

    // The writer thread's own, once it runs.
    long _lastSeq;

    SqliteQueueStore(SqliteQueueOptions options, TimeProvider time, SqliteConnection connection)
    {
        _time = time;
        _instanceId = options.InstanceId;
        _blobs = new(options.BlobFolder);
        _live = new(time, app => BecameReady?.Invoke(app));
        _reader = new(options.Path, _blobs);
        _lastSeq = connection.Scalar(QueueSql.LastSeq);
        connection.Execute(QueueSql.ReleaseAll);
        SqliteWebhookOutbox.ReleaseAll(connection, Now());
        foreach (var job in QueueReader.Load(connection))
        {
            _live.Accept(job, input: null);
        }

        var pending = SqliteWebhookOutbox.CountPending(connection);
        _writer = new(connection, options.Path);
        _webhooks = new(pending, _writer, _reader, Now);
        _live.WebhookDue += _webhooks.Added;
        History = new SqliteHistory(_reader, _writer, _blobs, _live, time);
    }

    public event Action<string>? BecameReady;

    public event Action<string>? CancelRequested;

    public IRequestHistory History { get; }

    public IReadOnlyCollection<string> WaitingApps => _live.WaitingApps;

    /// <summary>The results that wait to be sent.</summary>
    public IWebhookOutbox Webhooks => _webhooks;

    /// <summary>
    /// Opens or creates the queue, returns the leases of earlier instances (their attempts do not count) and loads the
    /// live jobs. The caller holds the data folder's lock: two processes must not open the same file.
    /// </summary>
    /// <exception cref="InvalidOperationException">SQLite is missing, or the file is foreign or newer.</exception>
    /// <exception cref="QueueUnavailableException">The file cannot be opened or written.</exception>
    public static Task<SqliteQueueStore> OpenAsync(
        SqliteQueueOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        OpenAsync(options, time, QueueSchema.Migrations, cancellationToken);

    public async Task<IReadOnlyList<EnqueueResult>> EnqueueAsync(
        IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        foreach (var job in jobs)
        {
            Check(job);
        }

        var large = jobs.Any(job => BlobFolder.IsLarge(job.Input));
        var blobs = large ? await Task.Run(() => WriteInputs(jobs), cancellationToken) : null;
        IReadOnlyList<EnqueueResult> results;
        try
        {
            var operation = new EnqueueOperation(_live, jobs, blobs, NextSeq, Now());
            results = await _writer.RunAsync(operation, cancellationToken);
        }
        catch (QueueUnavailableException)
        {
            DeleteBlobs(blobs ?? []);
            throw;
        }

        if (blobs is not null)
        {
            DeleteBlobs(blobs.Where((_, index) => results[index] is not EnqueueResult.Accepted));
        }

        return results;
    }

    public async Task<IReadOnlyList<Lease>> ClaimAsync(
        string app, int max, TimeSpan lease, CancellationToken cancellationToken)
    {
        // Readiness is announced after the commit that brings it, so an empty line needs no transaction.
        if (max <= 0 || _live.Ready(app) == 0)
        {
            return [];
        }

        var operation = new ClaimOperation(_live, app, max, lease, _instanceId, Now);
        var claimed = await _writer.RunAsync(operation, cancellationToken);
        List<Lease> leases = new(claimed.Count);
        foreach (var (job, begun) in claimed)
        {
            if (await WithInputAsync(job, begun, cancellationToken) is { } whole)
            {
                leases.Add(whole);
            }
        }

        return leases;
    }

    public async Task<IReadOnlyList<bool>> FinishAsync(
        IReadOnlyList<FinishedAttempt> attempts, CancellationToken cancellationToken)
    {
        var large = attempts.Any(attempt => AnswerOf(attempt.Outcome) is { } answer && BlobFolder.IsLarge(answer.Body));
        var blobs = large ? await Task.Run(() => WriteAnswers(attempts), cancellationToken) : null;
        IReadOnlyList<(bool Stored, bool KeepsBlob)> results;
        try
        {
            results = await _writer.RunAsync(new FinishOperation(_live, attempts, blobs, Now), cancellationToken);
        }
        catch (QueueUnavailableException)
        {
            DeleteBlobs(blobs ?? []);
            throw;
        }

        if (blobs is not null)
        {
            DeleteBlobs(blobs.Where((_, index) => !results[index].KeepsBlob));
        }

        return [.. results.Select(result => result.Stored)];
    }

    public Task<IReadOnlyList<bool>> RenewAsync(
        IReadOnlyList<(string JobId, int Attempt)> leases, TimeSpan lease, CancellationToken cancellationToken) =>
        _writer.RunAsync(new RenewOperation(_live, leases, lease, Now), cancellationToken);

    public async Task<CancelResult> CancelAsync(
        string jobId, string accountId, StoredAnswer cancelled, CancellationToken cancellationToken)
    {
        if (_live.Find(jobId) is not { } job)
        {
            // Not live, and yet there: it completed and left memory.
            return _reader.Find(jobId, accountId) is null ? CancelResult.NotFound : CancelResult.AlreadyCompleted;
        }

        if (job.Job.AccountId != accountId)
        {
            return CancelResult.NotFound;
        }

        if (job.Job.State is JobState.Completed)
        {
            return CancelResult.AlreadyCompleted;
        }

        var result = await _writer.RunAsync(new CancelOperation(_live, job, cancelled, Now), cancellationToken);
        if (result is CancelResult.Requested)
        {
            CancelRequested?.Invoke(jobId);
        }

        return result;
    }

    public ValueTask<Job?> FindAsync(string jobId, string accountId, CancellationToken cancellationToken)
    {
        if (_live.Find(jobId) is { } live)
        {
            return new(live.Job.AccountId == accountId ? live.Job : null);
        }

        return new(_reader.Find(jobId, accountId));
    }

    public int Position(string jobId) => _live.Position(jobId);

    public ValueTask<StoredAnswer?> AnswerAsync(string jobId, string accountId, CancellationToken cancellationToken)
    {
        if (_live.Find(jobId) is { } live)
        {
            if (live.Job.AccountId != accountId || live.Job.State is not JobState.Completed)
            {
                return new((StoredAnswer?)null);
            }

            if (live.Answer is { } answer)
            {
                return new(answer);
            }
        }

        return new(_reader.Answer(jobId, accountId));
    }

    public Task<IReadOnlyList<Job>> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<Job>>(() => _reader.List(query), cancellationToken);

    public async Task RecordAsync(
        NewJob job, DateTimeOffset startedAt, StoredAnswer answer, LogBuffer log, CancellationToken cancellationToken)
    {
        Check(job);
        var input = BlobFolder.IsLarge(job.Input) ? _blobs.WriteInput(job.Id, job.Input) : null;
        var output = BlobFolder.IsLarge(answer.Body) ? _blobs.WriteAnswer(job.Id, 0, answer.Body) : null;
        var operation = new RecordOperation(job, input, startedAt, answer, output, log, NextSeq, Now());
        await _writer.RunAsync(operation, cancellationToken);
    }

    public Task<(int Rescued, int TimedOut)> RescueAsync(CancellationToken cancellationToken) =>
        _live.AnyDue(Now())
            ? _writer.RunAsync(new RescueOperation(_live, Now), cancellationToken)
            : Task.FromResult((0, 0));

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        bool more;
        do
        {
            var operation = new SweepOperation(_live, SweepBatch, Now());
            (var swept, var blobs, more) = await _writer.RunAsync(operation, cancellationToken);
            DeleteBlobs(blobs);
            total += swept;
        }
        while (more);

        // What a crash left between a file and its row.
        var orphans = _blobs.Old(Now()).Where(file => !_reader.UsesBlob(file.JobId, file.Name));
        DeleteBlobs(orphans.Select(file => file.Name));
        return total;
    }

    public int Ready(string app) => _live.Ready(app);

    public int Waiting(string app) => _live.Waiting(app);

    public Task NextChange(string jobId) => _live.NextChange(jobId);

    public Task CompletionAsync(string jobId, CancellationToken cancellationToken) =>
        _live.Completion(jobId).WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // Waits for the last commit and the closing checkpoint, on a thread that may block.
        await Task.Run(_writer.Dispose);
        _reader.Dispose();
        _live.Dispose();
    }

    internal static Task<SqliteQueueStore> OpenAsync(
        SqliteQueueOptions options, TimeProvider time, IReadOnlyList<string> migrations,
        CancellationToken cancellationToken) => Task.Run(
            async () =>
            {
                try
                {
                    var connection = QueueFile.OpenForWriting(options.Path, migrations);
                    var store = new SqliteQueueStore(options, time, connection);
                    await store.EndCancelledAsync(cancellationToken);
                    return store;
                }
                catch (SqliteException fault)
                {
                    throw new QueueUnavailableException(fault.Message, fault);
                }
            },
            cancellationToken);

    static StoredAnswer? AnswerOf(JobOutcome outcome) => outcome switch
    {
        JobOutcome.Completed done => done.Answer,
        JobOutcome.Retry retry => retry.IfLast,
        _ => null,
    };

    static void Check(NewJob job)
    {
        // The id becomes a file's name, and the rest of the name begins with a dot.
        if (job.Id.Length is 0 or > 64 || job.Id.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
        {
            throw new ArgumentException($"Not a request id: {job.Id}.", nameof(job));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(job.MaxAttempts, 1, nameof(job));
    }

    // A job that was cancelled while the earlier instance ran it does not run again.
    async Task EndCancelledAsync(CancellationToken cancellationToken)
    {
        var cancelled = new JobOutcome.Completed(PlatformAnswers.Cancelled);
        var ends = _live.Running()
            .Select(job => new FinishedAttempt(job.Job.Id, job.Job.Attempt, cancelled))
            .ToList();
        if (ends.Count > 0)
        {
            await FinishAsync(ends, cancellationToken);
        }
    }

    // Small inputs are in memory or in the table, large ones in their file; the writer thread reads none of them.
    async Task<Lease?> WithInputAsync(LiveJob job, Lease begun, CancellationToken cancellationToken)
    {
        if (begun.Input.Length > 0)
        {
            return begun;
        }

        try
        {
            if (_reader.Input(job.Seq) is { } input)
            {
                return begun with { Input = input };
            }
        }
        catch (QueueUnavailableException)
        {
            // Nobody holds the lease, so it runs out and the job is tried again.
            return null;
        }

        // The file was deleted by hand: no attempt can mend that.
        var end = new JobOutcome.Completed(PlatformAnswers.Internal);
        await FinishAsync([new(begun.JobId, begun.Attempt, end)], cancellationToken);
        return null;
    }

    string?[] WriteInputs(IReadOnlyList<NewJob> jobs) =>
        [.. jobs.Select(job => BlobFolder.IsLarge(job.Input) ? _blobs.WriteInput(job.Id, job.Input) : null)];

    string?[] WriteAnswers(IReadOnlyList<FinishedAttempt> attempts) =>
        [.. attempts.Select(attempt => AnswerOf(attempt.Outcome) is { } answer && BlobFolder.IsLarge(answer.Body)
            ? _blobs.WriteAnswer(attempt.JobId, attempt.Attempt, answer.Body)
            : null)];

    void DeleteBlobs(IEnumerable<string?> names)
    {
        foreach (var name in names.OfType<string>())
        {
            _blobs.Delete(name);
        }
    }

    long NextSeq() => ++_lastSeq;

    // Whole microseconds, as the file keeps them: a job reads the same from memory and from disk.
    DateTimeOffset Now() => Micros.ToTime(Micros.From(_time.GetUtcNow()));
}

namespace Atelier.Queue.Live;

/// <summary>A job in memory: waiting, running, or completed not long ago.</summary>
/// <remarks>
/// Fields change only on the writer thread, under <see cref="LiveJobs"/>' lock, after the commit that makes them true.
/// Readers take <see cref="Job"/> and <see cref="Answer"/> without the lock: both are immutable and swapped whole.
/// </remarks>
sealed class LiveJob
{
    volatile Job _job = null!;
    volatile StoredAnswer? _answer;
    LogBuffer? _logs;
    TaskCompletionSource? _completion;
    TaskCompletionSource? _change;

    public required long Seq { get; init; }

    public required Job Job
    {
        get => _job;
        set => _job = value;
    }

    public required JobPriority Priority { get; init; }
    public required int MaxAttempts { get; set; }
    public required TimeSpan Retention { get; init; }

    /// <summary>Its result is to be sent: ending it makes its row of the outbox due.</summary>
    public required bool HasWebhook { get; init; }

    public DateTimeOffset? NotBefore { get; set; }
    public DateTimeOffset? StartBefore { get; init; }
    public DateTimeOffset? LeaseUntil { get; set; }
    public int Deaths { get; set; }

    /// <summary>
    /// The input while it waits for its first claim, when small and when there is room; else it is read from disk.
    /// </summary>
    public byte[]? Input { get; set; }

    /// <summary>
    /// What a running job that was asked to cancel completes with when it gives no result of its own.
    /// </summary>
    public StoredAnswer? CancelledAnswer { get; set; }

    /// <summary>Its place in the app's line; kept while it runs, so that it can come back to it.</summary>
    public int Place { get; set; } = -1;

    /// <summary>It stands in the app's line.</summary>
    public bool InLine { get; set; }

    /// <summary>The answer of a completed job, when small enough to be kept in memory.</summary>
    public StoredAnswer? Answer
    {
        get => _answer;
        set => _answer = value;
    }

    public LogBuffer? Logs => Volatile.Read(ref _logs);

    /// <summary>Set by the thread that put the job on the list of unsaved logs; cleared by the writer.</summary>
    public int LogsQueued;

    /// <summary>The log, made on first use: most jobs write none.</summary>
    public LogBuffer EnsureLogs(int earlier = 0, int dropped = 0)
    {
        if (Logs is { } logs)
        {
            return logs;
        }

        var made = new LogBuffer(earlier, dropped);
        return Interlocked.CompareExchange(ref _logs, made, null) ?? made;
    }

    /// <summary>Completes with the job. Made on first use, under the lock.</summary>
    public Task Completion
    {
        get
        {
            _completion ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _completion.Task;
        }
    }

    /// <summary>Completes at the next change. Made on first use, by any thread: most jobs are not watched.</summary>
    public Task NextChange()
    {
        var change = Volatile.Read(ref _change);
        if (change is null)
        {
            var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            change = Interlocked.CompareExchange(ref _change, made, null) ?? made;
        }

        return change.Task;
    }

    /// <summary>Something that callers see has changed, and can be read already.</summary>
    public void SignalChange() => Interlocked.Exchange(ref _change, null)?.TrySetResult();

    public void SignalCompletion()
    {
        _completion?.TrySetResult();
        SignalChange();
    }
}

namespace Atelier.Queue;

/// <summary>How an attempt ended. A closed set; what each means for the job is decided in the store, once.</summary>
public abstract record JobOutcome
{
    JobOutcome()
    {
    }

    /// <summary>The job is completed with this answer. Failures that are final are answers too: status 422, 500, 504…</summary>
    public sealed record Completed(StoredAnswer Answer) : JobOutcome;

    /// <summary>The attempt failed in a way that another attempt may mend. When attempts are used up, <paramref name="IfLast"/> is the answer.</summary>
    /// <param name="IfLast">What is stored when no attempt is left.</param>
    /// <param name="Delay">How long the job waits before it may be claimed again.</param>
    /// <param name="RunnerDied">A runner died of a signal; after 3 such deaths the job is not tried again.</param>
    public sealed record Retry(StoredAnswer IfLast, TimeSpan Delay, bool RunnerDied) : JobOutcome;

    /// <summary>The server is stopping or the runner was not the job's fault: back to the queue's place, attempt not counted.</summary>
    public sealed record Interrupted : JobOutcome;
}

/// <summary>An answer as it is stored and later served by the result route.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON bytes; over 64 KiB kept in a blob file.</param>
/// <param name="Headers">Answer headers to serve with it (<c>x-fal-billable-units</c>, <c>x-atelier-model</c>), as JSON.</param>
/// <param name="ErrorType">The platform's error type, or null.</param>
public sealed record StoredAnswer(int Status, ReadOnlyMemory<byte> Body, string Headers = "{}", string? ErrorType = null);

/// <summary>One outcome to be stored, with the fence.</summary>
public sealed record FinishedAttempt(string JobId, int Attempt, JobOutcome Outcome);

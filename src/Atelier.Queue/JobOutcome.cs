namespace Atelier.Queue;

/// <summary>How an attempt ended. A closed set; what each means for the job is decided in the store, once.</summary>
public abstract record JobOutcome
{
    JobOutcome()
    {
    }

    /// <summary>
    /// The job is completed with this answer. Failures that are final are answers too: status 422, 500, 504…
    /// </summary>
    public sealed record Completed(StoredAnswer Answer) : JobOutcome;

    /// <summary>
    /// The attempt failed in a way that another attempt may mend. When attempts are used up, <paramref
    /// name="IfLast"/> is the answer.
    /// </summary>
    /// <param name="IfLast">What is stored when no attempt is left.</param>
    /// <param name="Delay">How long the job waits before it may be claimed again.</param>
    /// <param name="RunnerDied">A runner died of a signal; after 3 such deaths the job is not tried again.</param>
    public sealed record Retry(StoredAnswer IfLast, TimeSpan Delay, bool RunnerDied) : JobOutcome;

    /// <summary>
    /// The server is stopping or the runner was not the job's fault: back to the queue's place, attempt not
    /// counted.
    /// </summary>
    public sealed record Interrupted : JobOutcome;
}

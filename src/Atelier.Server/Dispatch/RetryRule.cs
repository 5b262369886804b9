using System.Diagnostics;
using Atelier.Protocol;
using Atelier.Queue;
using Atelier.Server.Calls;

namespace Atelier.Server.Dispatch;

/// <summary>Which ends of an attempt are final, which are tried again, and which never happened.</summary>
/// <remarks>
/// The order is fal's: the app's <c>x-fal-needs-retry</c> (on 5xx and 429 only) beats the status. A caller who switched
/// retries off has one attempt, so that whatever is said here is final for them.
/// </remarks>
sealed class RetryRule(RetryDelays delays)
{
    /// <param name="outcome">How the attempt ended.</param>
    /// <param name="answer">What the caller is told when it is final.</param>
    /// <param name="attempt">From 1.</param>
    public JobOutcome Decide(RunnerOutcome outcome, StoredAnswer answer, int attempt) => outcome switch
    {
        RunnerOutcome.Answered answered => IsRetried(answered)
            ? new JobOutcome.Retry(answer, delays.After(attempt), RunnerDied: false)
            : new JobOutcome.Completed(answer),
        RunnerOutcome.Failed failed => failed.Failure switch
        {
            RunnerFailure.Startup or RunnerFailure.Unavailable => new JobOutcome.Completed(answer),

            // A start that failed once is no attempt at the request; the runner itself waits before the next start.
            RunnerFailure.StartupRetry or RunnerFailure.Interrupted => new JobOutcome.Interrupted(),
            RunnerFailure.Refused or RunnerFailure.Disconnected or RunnerFailure.Killed or RunnerFailure.Incomplete
                or RunnerFailure.RequestTimeout => new JobOutcome.Retry(
                    answer, delays.After(attempt), RunnerDied: failed.Failure is RunnerFailure.Killed),
            _ => throw new UnreachableException(),
        },
        _ => throw new UnreachableException(),
    };

    static bool IsRetried(RunnerOutcome.Answered answered)
    {
        if (answered.Status is >= 500 or 429 && answered.Headers.TryGetValue(FalHeaders.NeedsRetry, out var wish))
        {
            return wish is "1";
        }

        return answered.Status is 503 or 504;
    }
}

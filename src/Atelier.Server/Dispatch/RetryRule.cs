using System.Diagnostics;
using Atelier.Protocol;
using Atelier.Queue;
using Atelier.Server.Calls;

namespace Atelier.Server.Dispatch;

/// <summary>Which ends of an attempt are final, which are tried again, and which never happened.</summary>
/// <remarks>
/// The order is fal's: the app's <c>x-fal-needs-retry</c>, or <c>x-fal-retryable</c> (on 5xx and 429 only), beats the
/// caller's <c>X-Fal-Retry-Config</c>, and that beats the status. A caller who switched retries off has one attempt, so
/// that whatever is said here is final for them.
/// </remarks>
sealed class RetryRule(RetryDelays delays)
{
    /// <param name="outcome">How the attempt ended.</param>
    /// <param name="answer">What the caller is told when it is final.</param>
    /// <param name="attempt">From 1.</param>
    /// <param name="limits">The caller's own, or null.</param>
    public JobOutcome Decide(RunnerOutcome outcome, StoredAnswer answer, int attempt, RetryConfig? limits = null) => outcome switch
    {
        RunnerOutcome.Answered answered => IsRetried(answered, attempt, limits)
            ? Retry(answer, attempt)
            : new JobOutcome.Completed(answer),
        RunnerOutcome.Failed failed => failed.Failure switch
        {
            RunnerFailure.Startup or RunnerFailure.Unavailable => new JobOutcome.Completed(answer),

            // A start that failed once is no attempt at the request; the runner itself waits before the next start.
            RunnerFailure.StartupRetry or RunnerFailure.Interrupted => new JobOutcome.Interrupted(),
            _ => Allows(Limit(failed.Failure, limits), attempt)
                ? Retry(answer, attempt, died: failed.Failure is RunnerFailure.Killed)
                : new JobOutcome.Completed(answer),
        },
        _ => throw new UnreachableException(),
    };

    JobOutcome.Retry Retry(StoredAnswer answer, int attempt, bool died = false) => new(answer, delays.After(attempt), died);

    static RetryLimit? Limit(RunnerFailure failure, RetryConfig? limits) => failure switch
    {
        RunnerFailure.Refused => limits?.ConnectionError,
        RunnerFailure.RequestTimeout => limits?.Timeout,
        RunnerFailure.Disconnected or RunnerFailure.Killed or RunnerFailure.Incomplete => limits?.ServerError,
        _ => throw new UnreachableException(),
    };

    static bool Allows(RetryLimit? limit, int attempt) => limit?.Retries is not { } retries || attempt <= retries;

    static bool IsRetried(RunnerOutcome.Answered answered, int attempt, RetryConfig? limits) =>
        answered.Status is >= 500 or 429 && Wish(answered.Headers) is { } wish
            ? wish
            : answered.Status is 503 or 504 && Allows(limits?.ServerError, attempt);

    static bool? Wish(IReadOnlyDictionary<string, string> headers) =>
        (headers.GetValueOrDefault(FalHeaders.NeedsRetry) ?? headers.GetValueOrDefault(FalHeaders.Retryable))?.ToLowerInvariant() switch
        {
            "1" or "true" or "yes" => true,
            "0" or "false" or "no" => false,
            _ => null,
        };
}

using System.Diagnostics;
using Atelier.Queue.Live;

namespace Atelier.Queue.Sqlite.Operations;

/// <summary>
/// What an attempt's outcome means for its job: completed with an answer, or back in line. Decided here and nowhere
/// else.
/// </summary>
sealed class AttemptEnd
{
    /// <summary>A job that killed this many runners is the likelier cause; it is not given another one.</summary>
    const int RunnerDeathsMax = 3;

    readonly LiveJob _job;
    readonly JobState _from;
    readonly int _attempt;
    readonly StoredAnswer? _answer;
    readonly string? _blob;
    readonly TimeSpan _delay;
    readonly int _deaths;
    readonly int _maxAttempts;
    DateTimeOffset _now;

    AttemptEnd(LiveJob job, JobState from, int attempt, StoredAnswer? answer, string? blob)
    {
        (_job, _from, _attempt, _answer, _blob) = (job, from, attempt, answer, blob);
        (_deaths, _maxAttempts) = (job.Deaths, job.MaxAttempts);
    }

    AttemptEnd(LiveJob job, int attempt, TimeSpan delay, int deaths, int maxAttempts)
        : this(job, JobState.InProgress, attempt, null, null) =>
        (_delay, _deaths, _maxAttempts) = (delay, deaths, maxAttempts);

    /// <summary>Whether the blob that came with the outcome is the stored answer's.</summary>
    public bool KeepsBlob => _blob is not null;

    /// <summary>Ends a job that was never begun, or waits for its next attempt.</summary>
    public static AttemptEnd OfWaiting(LiveJob job, StoredAnswer answer) =>
        new(job, JobState.InQueue, job.Job.Attempt, answer, null);

    /// <param name="blob">The file that holds the outcome's answer when it is large.</param>
    public static AttemptEnd Of(LiveJob job, int attempt, JobOutcome outcome, string? blob)
    {
        switch (outcome)
        {
            case JobOutcome.Completed done:
                return new(job, JobState.InProgress, attempt, done.Answer, blob);

            // A job that was asked to cancel never goes back in line.
            case JobOutcome.Retry or JobOutcome.Interrupted when job.CancelledAnswer is { } cancelled:
                return new(job, JobState.InProgress, attempt, cancelled, null);

            case JobOutcome.Retry retry:
                var deaths = job.Deaths + (retry.RunnerDied ? 1 : 0);
                return attempt >= job.MaxAttempts || deaths >= RunnerDeathsMax
                    ? new(job, JobState.InProgress, attempt, retry.IfLast, blob)
                    : new(job, attempt, retry.Delay, deaths, job.MaxAttempts);

            // Not counted: the limit moves, not the number, which must never be given out twice.
            case JobOutcome.Interrupted:
                return new(job, attempt, TimeSpan.Zero, job.Deaths, job.MaxAttempts + 1);

            default:
                throw new UnreachableException();
        }
    }

    /// <summary>False when the fence refuses: the job is not in that attempt any more.</summary>
    public bool Execute(QueueStatements statements, DateTimeOffset now)
    {
        _now = now;
        if (_answer is null)
        {
            return statements.Return(_job.Seq, _attempt, NotBefore, _deaths, _maxAttempts);
        }

        var completed = statements.Complete(_job.Seq, _from, _attempt, _answer, _blob, now, _job.Retention);
        if (completed && _job.HasWebhook)
        {
            // In the result's own transaction: there is no moment at which one exists without the other.
            statements.Webhooks.MakeDue(_job.Seq, now, now + _job.Retention);
        }

        return completed;
    }

    public void Committed(LiveJobs live)
    {
        if (_answer is null)
        {
            (_job.Deaths, _job.MaxAttempts, _job.NotBefore) = (_deaths, _maxAttempts, NotBefore);
            live.Returned(_job, _job.Job with { State = JobState.InQueue });
            return;
        }

        var completed = _job.Job with
        {
            State = JobState.Completed,
            FinishedAt = _now,
            ResultStatus = _answer.Status,
            ErrorType = _answer.ErrorType,
        };

        // A large answer stays in its file only.
        live.Completed(_job, completed, _blob is null ? _answer : null);
    }

    DateTimeOffset? NotBefore => _delay > TimeSpan.Zero ? _now + _delay : null;
}

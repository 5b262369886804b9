using Atelier.Queue.Live;

namespace Atelier.Queue.Sqlite.Operations;

/// <summary>Ends a waiting job, or marks a running one.</summary>
sealed class CancelOperation(LiveJobs live, LiveJob job, StoredAnswer cancelled, Func<DateTimeOffset> clock)
    : WriteOperation<CancelResult>
{
    AttemptEnd? _end;
    bool _requested;
    StoredAnswer? _before;

    public override void Execute(QueueStatements statements)
    {
        (_end, _requested, _before) = (null, false, job.CancelledAnswer);
        var end = AttemptEnd.OfWaiting(job, cancelled);
        if (end.Execute(statements, clock()))
        {
            _end = end;
        }
        else if (statements.RequestCancel(job.Seq))
        {
            // Before the commit, so that an outcome in the same batch already heeds it.
            job.CancelledAnswer ??= cancelled;
            _requested = true;
        }
    }

    public override void Undo() => job.CancelledAnswer = _before;

    public override void Committed()
    {
        if (_end is not null)
        {
            _end.Committed(live);
            Complete(CancelResult.Removed);
        }
        else if (_requested)
        {
            // A finish later in the batch has its own commit step after this one.
            job.Job = job.Job with { CancelRequested = true };
            Complete(CancelResult.Requested);
        }
        else
        {
            Complete(CancelResult.AlreadyCompleted);
        }
    }
}

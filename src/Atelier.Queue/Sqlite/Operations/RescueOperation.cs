using Atelier.Queue.Live;

namespace Atelier.Queue.Sqlite.Operations;

/// <summary>Ends attempts whose lease ran out, and jobs that waited past their start deadline.</summary>
sealed class RescueOperation(LiveJobs live, Func<DateTimeOffset> clock) : WriteOperation<(int Rescued, int TimedOut)>
{
    readonly List<AttemptEnd> _rescued = [];
    readonly List<AttemptEnd> _timedOut = [];
    List<LiveJob> _late = [];

    public override void Execute(QueueStatements statements)
    {
        var now = clock();
        (var expired, _late) = live.Due(now);
        foreach (var job in expired)
        {
            // The attempt counts: whoever held it may well have begun the work.
            var lost = new JobOutcome.Retry(PlatformAnswers.RunnerLost, TimeSpan.Zero, RunnerDied: false);
            var end = AttemptEnd.Of(job, job.Job.Attempt, lost, null);
            if (end.Execute(statements, now))
            {
                _rescued.Add(end);
            }
        }

        foreach (var job in _late)
        {
            var end = AttemptEnd.OfWaiting(job, PlatformAnswers.StartedTooLate);
            if (end.Execute(statements, now))
            {
                _timedOut.Add(end);
            }
        }
    }

    public override void Undo()
    {
        live.WatchAgain(_late);
        _late = [];
        _rescued.Clear();
        _timedOut.Clear();
    }

    public override void Committed()
    {
        foreach (var end in _rescued)
        {
            end.Committed(live);
        }

        foreach (var end in _timedOut)
        {
            end.Committed(live);
        }

        Complete((_rescued.Count, _timedOut.Count));
    }
}

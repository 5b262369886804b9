using Atelier.Queue.Live;

namespace Atelier.Queue.Sqlite.Operations;

/// <summary>Leases the next jobs of an app. A job whose start deadline has passed is completed instead.</summary>
sealed class ClaimOperation(LiveJobs live, string app, int max, TimeSpan lease, string host, Func<DateTimeOffset> clock)
    : WriteOperation<IReadOnlyList<(LiveJob Job, Lease Lease)>>
{
    readonly List<LiveJob> _taken = [];
    readonly List<LiveJob> _claimed = [];
    readonly List<AttemptEnd> _late = [];
    DateTimeOffset _now;

    public override void Execute(QueueStatements statements)
    {
        // Read here, not by the caller: the operation may have waited, and the lease counts from the claim.
        _now = clock();
        while (_claimed.Count < max && live.Take(app, max - _claimed.Count) is { Count: > 0 } taken)
        {
            _taken.AddRange(taken);
            foreach (var job in taken)
            {
                if (job.StartBefore <= _now)
                {
                    var end = AttemptEnd.OfWaiting(job, PlatformAnswers.StartedTooLate);
                    if (end.Execute(statements, _now))
                    {
                        _late.Add(end);
                    }
                }
                else if (statements.Claim(job.Seq, _now, _now + lease, host))
                {
                    _claimed.Add(job);
                }
            }
        }
    }

    public override void Undo()
    {
        live.PutBack(_taken);
        _taken.Clear();
        _claimed.Clear();
        _late.Clear();
    }

    public override void Committed()
    {
        foreach (var end in _late)
        {
            end.Committed(live);
        }

        var leases = new (LiveJob, Lease)[_claimed.Count];
        for (var index = 0; index < leases.Length; index++)
        {
            leases[index] = (_claimed[index], Begin(_claimed[index]));
        }

        Complete(leases);
    }

    Lease Begin(LiveJob job)
    {
        var now = job.Job with
        {
            State = JobState.InProgress,
            Attempt = job.Job.Attempt + 1,
            StartedAt = _now,
        };
        var begun = new Lease
        {
            JobId = now.Id,
            Attempt = now.Attempt,
            Job = now,
            Input = job.Input,
            Deadline = _now + lease,
            RunnerDeaths = job.Deaths,
            MaxAttempts = job.MaxAttempts,
            StartBefore = job.StartBefore,
        };
        live.Claimed(job, now, begun.Deadline);
        return begun;
    }
}

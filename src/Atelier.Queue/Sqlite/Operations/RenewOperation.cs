using Atelier.Queue.Live;

namespace Atelier.Queue.Sqlite.Operations;

/// <summary>Extends leases that are still held.</summary>
sealed class RenewOperation(
    LiveJobs live, IReadOnlyList<(string JobId, int Attempt)> leases, TimeSpan lease, Func<DateTimeOffset> clock)
    : WriteOperation<IReadOnlyList<bool>>
{
    readonly LiveJob?[] _renewed = new LiveJob?[leases.Count];
    DateTimeOffset _until;

    public override void Execute(QueueStatements statements)
    {
        _until = clock() + lease;
        for (var index = 0; index < leases.Count; index++)
        {
            var job = live.Find(leases[index].JobId);
            _renewed[index] = job is not null && statements.Renew(job.Seq, leases[index].Attempt, _until) ? job : null;
        }
    }

    public override void Committed()
    {
        var results = new bool[leases.Count];
        for (var index = 0; index < results.Length; index++)
        {
            if (_renewed[index] is { } job)
            {
                live.Renewed(job, _until);
                results[index] = true;
            }
        }

        Complete(results);
    }
}

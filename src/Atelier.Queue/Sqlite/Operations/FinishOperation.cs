using Atelier.Queue.Live;

namespace Atelier.Queue.Sqlite.Operations;

/// <summary>Stores outcomes; answers for each whether the fence let it, and whether it took its blob.</summary>
sealed class FinishOperation(
    LiveJobs live, IReadOnlyList<FinishedAttempt> attempts, IReadOnlyList<string?>? blobs, Func<DateTimeOffset> clock)
    : WriteOperation<IReadOnlyList<(bool Stored, bool KeepsBlob)>>
{
    readonly AttemptEnd?[] _ends = new AttemptEnd?[attempts.Count];

    public override void Execute(QueueStatements statements)
    {
        var now = clock();
        for (var index = 0; index < attempts.Count; index++)
        {
            var (id, attempt, outcome) = attempts[index];
            _ends[index] = null;
            if (live.Find(id) is { } job)
            {
                var end = AttemptEnd.Of(job, attempt, outcome, blobs?[index]);
                _ends[index] = end.Execute(statements, now) ? end : null;
            }
        }
    }

    public override void Committed()
    {
        var results = new (bool, bool)[attempts.Count];
        for (var index = 0; index < results.Length; index++)
        {
            _ends[index]?.Committed(live);
            results[index] = (_ends[index] is not null, _ends[index]?.KeepsBlob ?? false);
        }

        Complete(results);
    }
}

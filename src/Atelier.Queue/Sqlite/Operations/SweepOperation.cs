using Atelier.Queue.Live;

namespace Atelier.Queue.Sqlite.Operations;

/// <summary>
/// Deletes some payloads that are past their retention; answers how many, and the blob files they leave.
/// </summary>
sealed class SweepOperation(LiveJobs live, int max, DateTimeOffset now)
    : WriteOperation<(int Jobs, IReadOnlyList<string> Blobs)>
{
    List<(long Seq, string Id, string? InputBlob, string? AnswerBlob)> _jobs = [];

    public override void Execute(QueueStatements statements)
    {
        _jobs = statements.Purgeable(now, max);
        foreach (var job in _jobs)
        {
            statements.Purge(job.Seq);
        }

        statements.Vacuum();
    }

    public override void Committed()
    {
        List<string> blobs = [];
        foreach (var job in _jobs)
        {
            live.Purged(job.Id);
            blobs.AddRange(new[] { job.InputBlob, job.AnswerBlob }.OfType<string>());
        }

        Complete((_jobs.Count, blobs));
    }
}

using Atelier.Queue.Live;

namespace Atelier.Queue.Sqlite.Operations;

/// <summary>
/// Deletes some payloads that are past their retention, and webhooks that ended long ago; answers how many payloads,
/// the blob files they leave, and whether there may be more to delete.
/// </summary>
sealed class SweepOperation(LiveJobs live, int max, DateTimeOffset now)
    : WriteOperation<(int Jobs, IReadOnlyList<string> Blobs, bool More)>
{
    List<(long Seq, string Id, string? InputBlob, string? AnswerBlob)> _jobs = [];
    int _webhooks;

    public override void Execute(QueueStatements statements)
    {
        _jobs = statements.Purgeable(now, max);
        foreach (var job in _jobs)
        {
            statements.Purge(job.Seq);
        }

        _webhooks = statements.Webhooks.Sweep(now, max);
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

        Complete((_jobs.Count, blobs, _jobs.Count == max || _webhooks == max));
    }
}

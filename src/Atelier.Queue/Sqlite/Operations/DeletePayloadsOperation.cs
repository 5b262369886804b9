using Atelier.Queue.Live;

namespace Atelier.Queue.Sqlite.Operations;

/// <summary>Deletes a finished job's payloads; answers whether there is such a job, and the blob files it leaves.</summary>
sealed class DeletePayloadsOperation(LiveJobs live, string jobId, string accountId, DateTimeOffset now)
    : WriteOperation<(bool Found, IReadOnlyList<string> Blobs)>
{
    (long Seq, string? InputBlob, string? AnswerBlob)? _job;

    public override void Execute(QueueStatements statements)
    {
        _job = statements.Deletable(jobId, accountId);
        if (_job is { } job)
        {
            statements.Purge(job.Seq);
            statements.MarkDeleted(job.Seq, now);
        }
    }

    public override void Committed()
    {
        if (_job is not { } job)
        {
            Complete((false, []));
            return;
        }

        live.Purged(jobId);
        Complete((true, [.. new[] { job.InputBlob, job.AnswerBlob }.OfType<string>()]));
    }
}

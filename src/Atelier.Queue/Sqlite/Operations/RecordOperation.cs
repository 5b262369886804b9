namespace Atelier.Queue.Sqlite.Operations;

/// <summary>Writes a request that never waited straight into the history.</summary>
sealed class RecordOperation(
    NewJob job, string? inputBlob, DateTimeOffset startedAt, StoredAnswer answer, string? answerBlob,
    LogBuffer log, Func<long> nextSeq, DateTimeOffset now) : WriteOperation<bool>
{
    bool _stored;

    public override void Execute(QueueStatements statements)
    {
        var seq = nextSeq();

        // Without idempotency key and webhook: a sync run repeats nothing, and its caller has the answer.
        var run = job with { IdempotencyKey = null, Webhook = null };
        _stored = statements.Insert(seq, run, Micros.From(startedAt), [], inputBlob) &&
            statements.Complete(seq, JobState.InQueue, 0, answer, answerBlob, now, job.PayloadRetention, startedAt);
        if (_stored && log.Unsaved() is var (line, lines, total, dropped))
        {
            foreach (var entry in lines)
            {
                statements.InsertLog(seq, line++, entry);
            }

            statements.CountLogs(seq, total, dropped);
        }
    }

    public override void Committed() => Complete(_stored);
}

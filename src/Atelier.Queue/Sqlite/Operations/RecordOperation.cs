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

        // Without its idempotency key: a sync run repeats nothing.
        _stored = statements.Insert(seq, job with { IdempotencyKey = null }, Micros.From(startedAt), [], inputBlob) &&
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

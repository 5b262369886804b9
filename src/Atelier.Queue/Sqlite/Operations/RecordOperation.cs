namespace Atelier.Queue.Sqlite.Operations;

/// <summary>Writes a request that never waited straight into the history.</summary>
sealed class RecordOperation(
    NewJob job, string? inputBlob, DateTimeOffset startedAt, StoredAnswer answer, string? answerBlob,
    Func<long> nextSeq, DateTimeOffset now) : WriteOperation<bool>
{
    bool _stored;

    public override void Execute(QueueStatements statements)
    {
        var seq = nextSeq();

        // Without its idempotency key: a sync run repeats nothing.
        _stored = statements.Insert(seq, job with { IdempotencyKey = null }, Micros.From(startedAt), [], inputBlob) &&
            statements.Complete(seq, JobState.InQueue, 0, answer, answerBlob, now, job.PayloadRetention, startedAt);
    }

    public override void Committed() => Complete(_stored);
}

using Atelier.Queue.Sqlite.Native;
using Atelier.Queue.Sqlite.Webhooks;

namespace Atelier.Queue.Sqlite;

/// <summary>The writer's statements as methods: one a statement, nothing decided here.</summary>
sealed class QueueStatements(SqliteConnection connection)
{
    public WebhookStatements Webhooks { get; } = new(connection);

    public void Begin() => connection.Statement(QueueSql.Begin).Run();

    public void Commit() => connection.Statement(QueueSql.Commit).Run();

    public void Rollback()
    {
        // Some I/O errors end the transaction themselves.
        if (connection.InTransaction)
        {
            connection.Statement(QueueSql.Rollback).Run();
        }
    }

    /// <returns>False when the id or the idempotency key is taken.</returns>
    public bool Insert(long seq, NewJob job, long createdAt, ReadOnlySpan<byte> inputHash, string? blob)
    {
        var statement = connection.Statement(QueueSql.Insert)
            .Bind(1, seq).Bind(2, job.Id).Bind(3, job.AccountId).Bind(4, job.KeyId).Bind(5, job.App)
            .Bind(6, job.Endpoint).Bind(7, (long)job.Priority).Bind(8, job.MaxAttempts).Bind(9, createdAt)
            .Bind(10, Micros.From(job.NotBefore)).Bind(11, Micros.From(job.StartBefore))
            .Bind(12, Micros.From(job.PayloadRetention)).Bind(13, job.IdempotencyKey).Bind(15, job.Context);
        _ = job.IdempotencyKey is null ? statement.BindNull(14) : statement.BindBlob(14, inputHash);
        if (statement.Run() == 0)
        {
            return false;
        }

        BindBody(connection.Statement(QueueSql.InsertInput).Bind(1, seq), 2, job.Input.Span, blob).Run();
        if (job.Webhook is { } webhook)
        {
            Webhooks.Insert(seq, webhook);
        }

        return true;
    }

    public (string Id, byte[] InputHash)? FindIdempotent(NewJob job)
    {
        var statement = connection.Statement(QueueSql.FindIdempotent)
            .Bind(1, job.KeyId).Bind(2, job.Endpoint).Bind(3, job.IdempotencyKey);
        if (!statement.Step())
        {
            return null;
        }

        var found = (statement.Text(0), statement.Blob(1));
        statement.Reset();
        return found;
    }

    public bool Claim(long seq, DateTimeOffset startedAt, DateTimeOffset leaseUntil, string host) =>
        connection.Statement(QueueSql.Claim)
            .Bind(1, seq).Bind(2, Micros.From(startedAt)).Bind(3, Micros.From(leaseUntil)).Bind(4, host).Run() == 1;

    /// <summary>Stores the answer of a job that is in the given state at the given attempt.</summary>
    public bool Complete(
        long seq, JobState from, int attempt, StoredAnswer answer, string? blob, DateTimeOffset now, TimeSpan retention,
        DateTimeOffset? startedAt = null)
    {
        var changed = connection.Statement(QueueSql.Complete)
            .Bind(1, seq).Bind(2, (long)from).Bind(3, attempt).Bind(4, Micros.From(now)).Bind(5, answer.Status)
            .Bind(6, answer.ErrorType).Bind(7, Micros.From(now + retention)).Bind(8, Micros.From(startedAt))
            .Bind(9, answer.BillableUnits).Run() == 1;
        if (changed)
        {
            var statement = connection.Statement(QueueSql.InsertAnswer).Bind(1, seq).Bind(2, answer.Headers);
            BindBody(statement, 3, answer.Body.Span, blob).Run();
        }

        return changed;
    }

    public bool Return(long seq, int attempt, DateTimeOffset? notBefore, int deaths, int maxAttempts) =>
        connection.Statement(QueueSql.Return)
            .Bind(1, seq).Bind(2, attempt).Bind(3, Micros.From(notBefore)).Bind(4, deaths).Bind(5, maxAttempts)
            .Run() == 1;

    public bool Renew(long seq, int attempt, DateTimeOffset leaseUntil) =>
        connection.Statement(QueueSql.Renew).Bind(1, seq).Bind(2, attempt).Bind(3, Micros.From(leaseUntil)).Run() == 1;

    public bool RequestCancel(long seq) => connection.Statement(QueueSql.RequestCancel).Bind(1, seq).Run() == 1;

    public void InsertLog(long seq, int line, JobLog log) =>
        connection.Statement(QueueSql.InsertLog)
            .Bind(1, seq).Bind(2, line).Bind(3, Micros.From(log.Timestamp)).Bind(4, log.Level).Bind(5, log.Message)
            .Run();

    public void CountLogs(long seq, int lines, int dropped) =>
        connection.Statement(QueueSql.CountLogs).Bind(1, seq).Bind(2, lines).Bind(3, dropped).Run();

    /// <summary>
    /// Up to <paramref name="max"/> jobs whose payloads are past their retention, with their blob files.
    /// </summary>
    public List<(long Seq, string Id, string? InputBlob, string? AnswerBlob)> Purgeable(DateTimeOffset now, int max)
    {
        List<(long, string, string?, string?)> found = [];
        var statement = connection.Statement(QueueSql.Purgeable).Bind(1, Micros.From(now)).Bind(2, max);
        while (statement.Step())
        {
            found.Add((statement.Int64(0), statement.Text(1), statement.NullableText(2), statement.NullableText(3)));
        }

        return found;
    }

    public void Purge(long seq)
    {
        connection.Statement(QueueSql.PurgeInput).Bind(1, seq).Run();
        connection.Statement(QueueSql.PurgeAnswer).Bind(1, seq).Run();
        connection.Statement(QueueSql.PurgeLogs).Bind(1, seq).Run();
        connection.Statement(QueueSql.Purged).Bind(1, seq).Run();
    }

    /// <summary>A finished job's row and blob files.</summary>
    public (long Seq, string? InputBlob, string? AnswerBlob)? Deletable(string id, string account)
    {
        var statement = connection.Statement(HistorySql.Deletable).Bind(1, id).Bind(2, account);
        if (!statement.Step())
        {
            return null;
        }

        var found = (statement.Int64(0), statement.NullableText(1), statement.NullableText(2));
        statement.Reset();
        return found;
    }

    public void MarkDeleted(long seq, DateTimeOffset now) =>
        connection.Statement(HistorySql.Deleted).Bind(1, seq).Bind(2, Micros.From(now)).Run();

    /// <summary>Gives some free pages back to the file system.</summary>
    public void Vacuum()
    {
        var statement = connection.Statement(QueueSql.Vacuum);
        while (statement.Step())
        {
        }
    }

    /// <summary>Checkpoints if it can; what stays in the log is not lost.</summary>
    public void TryCheckpoint(string pragma)
    {
        try
        {
            connection.Execute(pragma);
        }
        catch (SqliteException)
        {
            // A full disk: the log keeps what is committed.
        }
    }

    static SqliteStatement BindBody(SqliteStatement statement, int index, ReadOnlySpan<byte> body, string? blob) =>
        blob is null
            ? statement.BindBlob(index, body).BindNull(index + 1)
            : statement.BindNull(index).Bind(index + 1, blob);
}

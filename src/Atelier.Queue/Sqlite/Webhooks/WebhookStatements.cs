using Atelier.Queue.Sqlite.Native;
using Atelier.Queue.Webhooks;

namespace Atelier.Queue.Sqlite.Webhooks;

/// <summary>What the writer does to the outbox: one method a statement, nothing decided here.</summary>
sealed class WebhookStatements(SqliteConnection connection)
{
    /// <summary>How long the end of a webhook and its log are kept.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public void Insert(long seq, NewWebhook webhook) =>
        connection.Statement(WebhookSql.Insert).Bind(1, seq).Bind(2, webhook.Url).Bind(3, webhook.Host).Run();

    /// <summary>The job has its result: in the same transaction, its webhook is due.</summary>
    public void MakeDue(long seq, DateTimeOffset now, DateTimeOffset expiresAt) =>
        connection.Statement(WebhookSql.MakeDue)
            .Bind(1, seq).Bind(2, Micros.From(now)).Bind(3, Micros.From(expiresAt)).Run();

    /// <summary>Null when it is not due any more.</summary>
    public WebhookLease? Claim(long seq)
    {
        if (connection.Statement(WebhookSql.Claim).Bind(1, seq).Run() == 0)
        {
            return null;
        }

        var row = connection.Statement(WebhookSql.FindClaimed).Bind(1, seq);
        row.Step();
        var lease = new WebhookLease
        {
            JobId = row.Text(0),
            AccountId = row.Text(1),
            Url = row.Text(2),
            Host = row.Text(3),
            Attempt = (int)row.Int64(4),
            Failures = (int)row.Int64(5),
            ResultStatus = (int)row.Int64(6),
            ExpiresAt = Micros.ToTime(row.Int64(7)),
        };
        row.Reset();
        return lease;
    }

    public bool Finish(
        string jobId, int attempt, WebhookState state, DateTimeOffset? dueAt, bool failed, DateTimeOffset now)
    {
        DateTimeOffset? keptUntil = dueAt is null ? now + Kept : null;
        return connection.Statement(WebhookSql.Finish)
            .Bind(1, jobId).Bind(2, attempt).Bind(3, (long)state).Bind(4, Micros.From(dueAt))
            .Bind(5, failed ? 1 : 0).Bind(6, Micros.From(keptUntil)).Run() == 1;
    }

    /// <summary>Adds a line to the log, and takes away what is too old for it.</summary>
    public void Log(string jobId, WebhookAttempt attempt)
    {
        connection.Statement(WebhookSql.InsertDelivery)
            .Bind(1, jobId).Bind(2, attempt.Number).Bind(3, Micros.From(attempt.At))
            .Bind(4, Micros.From(attempt.Duration)).Bind(5, (long?)attempt.HttpStatus).Bind(6, attempt.Error).Run();
        if (attempt.Number > Webhook.AttemptsMax)
        {
            connection.Statement(WebhookSql.ShortenLog)
                .Bind(1, jobId).Bind(2, attempt.Number - Webhook.AttemptsMax).Run();
        }
    }

    public bool IsPending(long seq)
    {
        var row = connection.Statement(WebhookSql.IsPending).Bind(1, seq);
        var found = row.Step();
        row.Reset();
        return found;
    }

    public bool Redeliver(long seq, DateTimeOffset now) =>
        connection.Statement(WebhookSql.Redeliver).Bind(1, seq).Bind(2, Micros.From(now)).Run() == 1;

    /// <summary>Forgets some webhooks that ended long ago. How many.</summary>
    public int Sweep(DateTimeOffset now, int max)
    {
        connection.Statement(WebhookSql.SweepDeliveries).Bind(1, Micros.From(now)).Bind(2, max).Run();
        return connection.Statement(WebhookSql.Sweep).Bind(1, Micros.From(now)).Bind(2, max).Run();
    }
}

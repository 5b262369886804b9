namespace Atelier.Queue.Sqlite.Webhooks;

/// <summary>The outbox's statements.</summary>
static class WebhookSql
{
    public const string Insert = "INSERT INTO webhook (seq, url, host, state) VALUES (?1, ?2, ?3, 0)";

    public const string MakeDue = """
        UPDATE webhook SET state = 1, due_at = ?2, expires_at = ?3 WHERE seq = ?1 AND state = 0
        """;

    // Whoever opens the file holds the data folder's lock, so nobody else can be sending.
    public const string ReleaseAll = "UPDATE webhook SET state = 1, due_at = ?1 WHERE state = 2";

    public const string CountPending = """
        SELECT (SELECT COUNT(*) FROM webhook WHERE due_at IS NOT NULL) + (SELECT COUNT(*) FROM webhook WHERE state = 2)
        """;

    public const string Due = "SELECT seq, host FROM webhook WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2";

    public const string NextHost = """
        SELECT host FROM webhook WHERE due_at IS NOT NULL AND host > ?1 ORDER BY host LIMIT 1
        """;

    public const string DueOfHost = """
        SELECT seq FROM webhook WHERE host = ?1 AND due_at <= ?2 ORDER BY due_at LIMIT ?3
        """;

    public const string NextDue = "SELECT due_at FROM webhook WHERE due_at > ?1 ORDER BY due_at LIMIT 1";

    public const string Claim = """
        UPDATE webhook SET state = 2, due_at = NULL, attempt = attempt + 1 WHERE seq = ?1 AND state = 1
        """;

    public const string FindClaimed = """
        SELECT id, account_id, url, host, webhook.attempt, failures, result_status, expires_at
        FROM webhook JOIN job USING (seq) WHERE seq = ?1
        """;

    // The attempt number fences, as that of a job does.
    public const string Finish = """
        UPDATE webhook SET state = ?3, due_at = ?4, failures = failures + ?5, kept_until = ?6
        WHERE seq = (SELECT seq FROM job WHERE id = ?1) AND attempt = ?2 AND state = 2
        """;

    public const string InsertDelivery = """
        INSERT INTO webhook_delivery (seq, attempt, at, duration, http_status, error)
        SELECT seq, ?2, ?3, ?4, ?5, ?6 FROM job WHERE id = ?1
        """;

    public const string ShortenLog = """
        DELETE FROM webhook_delivery WHERE seq = (SELECT seq FROM job WHERE id = ?1) AND attempt <= ?2
        """;

    public const string Columns = "seq, id, endpoint, url, webhook.state, created_at, due_at";

    public const string Find = $"""
        SELECT {Columns} FROM job JOIN webhook USING (seq)
        WHERE id = ?1 AND account_id = ?2 AND (?3 IS NULL OR key_id = ?3)
        """;

    // CROSS JOIN keeps the order of the tables: newest webhook first, and no sorting.
    public const string List = $"""
        SELECT {Columns} FROM webhook CROSS JOIN job USING (seq)
        WHERE seq < ?1 AND account_id = ?2 AND (?3 IS NULL OR key_id = ?3) ORDER BY seq DESC LIMIT ?4
        """;

    public const string ListState = $"""
        SELECT {Columns} FROM webhook CROSS JOIN job USING (seq)
        WHERE webhook.state = ?5 AND seq < ?1 AND account_id = ?2 AND (?3 IS NULL OR key_id = ?3)
        ORDER BY seq DESC LIMIT ?4
        """;

    public const string Deliveries = """
        SELECT attempt, at, duration, http_status, error FROM webhook_delivery WHERE seq = ?1 ORDER BY attempt
        """;

    public const string Redeliver = """
        UPDATE webhook SET state = 1, due_at = ?2, failures = 0, kept_until = NULL
        WHERE seq = ?1 AND state IN (1, 3, 4)
        """;

    public const string IsPending = "SELECT 1 FROM webhook WHERE seq = ?1 AND state = 1";

    public const string SweepDeliveries = """
        DELETE FROM webhook_delivery
        WHERE seq IN (SELECT seq FROM webhook WHERE kept_until <= ?1 ORDER BY kept_until LIMIT ?2)
        """;

    public const string Sweep = """
        DELETE FROM webhook
        WHERE seq IN (SELECT seq FROM webhook WHERE kept_until <= ?1 ORDER BY kept_until LIMIT ?2)
        """;
}

namespace Atelier.Queue.Sqlite;

/// <summary>Every statement of the store. Parameters are numbered in the order of the columns they fill.</summary>
static class QueueSql
{
    public const string Begin = "BEGIN IMMEDIATE";
    public const string Commit = "COMMIT";
    public const string Rollback = "ROLLBACK";

    // Nothing happens when the id or the idempotency key was used before; the caller asks which.
    public const string Insert = """
        INSERT INTO job (seq, id, account_id, key_id, app, endpoint, state, priority, max_attempts, created_at,
          not_before, start_before, retention, idempotency_key, input_sha256, context)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
        ON CONFLICT DO NOTHING
        """;

    public const string InsertInput = "INSERT INTO job_input (seq, body, blob) VALUES (?1, ?2, ?3)";

    public const string FindIdempotent = """
        SELECT id, input_sha256 FROM job WHERE key_id = ?1 AND endpoint = ?2 AND idempotency_key = ?3
        """;

    // SQLite has one writer, so the jobs chosen in memory are still there; its PostgreSQL twin chooses them in the
    // statement, with FOR UPDATE SKIP LOCKED. The state is checked all the same: an earlier operation of the same
    // batch may have cancelled the job.
    public const string Claim = """
        UPDATE job SET state = 1, attempt = attempt + 1, started_at = ?2, lease_until = ?3, runner_host = ?4,
          not_before = NULL
        WHERE seq = ?1 AND state = 0
        """;

    // The attempt number fences: a worker whose lease was lost and given to another changes nothing.
    public const string Complete = """
        UPDATE job SET state = 2, lease_until = NULL, not_before = NULL, finished_at = ?4, result_status = ?5,
          error_type = ?6, purge_at = ?7, started_at = COALESCE(?8, started_at),
          billable_units = ?9, verdict = (?5 >= 400) + (?5 >= 500)
        WHERE seq = ?1 AND state = ?2 AND attempt = ?3
        """;

    public const string InsertAnswer = "INSERT INTO job_answer (seq, headers, body, blob) VALUES (?1, ?2, ?3, ?4)";

    public const string Return = """
        UPDATE job SET state = 0, lease_until = NULL, runner_host = NULL, not_before = ?3, deaths = ?4,
          max_attempts = ?5
        WHERE seq = ?1 AND state = 1 AND attempt = ?2
        """;

    public const string Renew = "UPDATE job SET lease_until = ?3 WHERE seq = ?1 AND state = 1 AND attempt = ?2";

    public const string RequestCancel = "UPDATE job SET cancel_requested = 1 WHERE seq = ?1 AND state = 1";

    public const string InsertLog = "INSERT INTO job_log (seq, line, at, level, message) VALUES (?1, ?2, ?3, ?4, ?5)";

    public const string CountLogs = "UPDATE job SET log_lines = ?2, log_dropped = ?3 WHERE seq = ?1";

    // The attempts of a stopped server do not count: the limit moves instead of the number, because the number fences.
    public const string ReleaseAll = """
        UPDATE job SET state = 0, lease_until = NULL, runner_host = NULL, not_before = NULL,
          max_attempts = max_attempts + 1
        WHERE finished_at IS NULL AND state = 1 AND cancel_requested = 0
        """;

    public const string JobColumns = """
        id, account_id, key_id, app, endpoint, state, context, attempt, created_at, started_at, finished_at,
        result_status, error_type, cancel_requested
        """;

    public const string Load = $"""
        SELECT {JobColumns}, seq, priority, max_attempts, deaths, not_before, start_before, retention, log_lines,
          log_dropped, EXISTS (SELECT 1 FROM webhook WHERE webhook.seq = job.seq)
        FROM job WHERE finished_at IS NULL ORDER BY seq
        """;

    public const string LastSeq = "SELECT COALESCE(MAX(seq), 0) FROM job";

    public const string Find = $"SELECT {JobColumns} FROM job WHERE id = ?1 AND account_id = ?2";

    public const string FindInput = "SELECT body, blob FROM job_input WHERE seq = ?1";

    public const string FindAnswer = """
        SELECT result_status, error_type, headers, body, blob FROM job JOIN job_answer USING (seq)
        WHERE id = ?1 AND account_id = ?2
        """;

    public const string FindLogs = """
        SELECT at, level, message, log_dropped FROM job JOIN job_log USING (seq)
        WHERE id = ?1 AND account_id = ?2 AND line < ?3 ORDER BY line
        """;

    // Two texts, because each has its own index. The plus keeps this one off job_listed, which would sort every row.
    public const string List = $"""
        SELECT {JobColumns} FROM job
        WHERE +account_id = ?1 AND id < ?2 AND (?3 IS NULL OR state = ?3) ORDER BY id DESC LIMIT ?4
        """;

    public const string ListEndpoint = $"""
        SELECT {JobColumns} FROM job
        WHERE account_id = ?1 AND id < ?2 AND (?3 IS NULL OR state = ?3) AND endpoint = ?5 ORDER BY id DESC LIMIT ?4
        """;

    public const string Purgeable = """
        SELECT seq, id, job_input.blob, job_answer.blob FROM job
        LEFT JOIN job_input USING (seq) LEFT JOIN job_answer USING (seq) WHERE purge_at <= ?1 LIMIT ?2
        """;

    public const string PurgeInput = "DELETE FROM job_input WHERE seq = ?1";
    public const string PurgeAnswer = "DELETE FROM job_answer WHERE seq = ?1";
    public const string PurgeLogs = "DELETE FROM job_log WHERE seq = ?1";
    public const string Purged = "UPDATE job SET purge_at = NULL WHERE seq = ?1";
    public const string Vacuum = "PRAGMA incremental_vacuum(1024)";

    public const string BlobInUse = """
        SELECT 1 FROM job LEFT JOIN job_input USING (seq) LEFT JOIN job_answer USING (seq)
        WHERE id = ?1 AND (job_input.blob = ?2 OR job_answer.blob = ?2)
        """;
}

namespace Atelier.Queue.Sqlite;

/// <summary>The statements of <see cref="SqliteHistory"/>.</summary>
/// <remarks>
/// All but the last few read the index <c>job_ended</c> alone, for one endpoint and one verdict: its order is then the
/// order of completion, and whoever asks for several merges them.
/// </remarks>
static class HistorySql
{
    // ?6 is null or a JSON list of key ids.
    const string Window = """
        account_id = ?1 AND endpoint = ?2 AND verdict = ?3 AND finished_at >= ?4 AND finished_at < ?5
          AND (?6 IS NULL OR key_id IN (SELECT value FROM json_each(?6)))
        """;

    const string Length = "(finished_at - COALESCE(started_at, finished_at))";

    public const string ByEnd = $"""
        SELECT finished_at, seq FROM job INDEXED BY job_ended
        WHERE {Window} AND (finished_at, seq) < (?7, ?8) ORDER BY finished_at DESC, seq DESC LIMIT ?9
        """;

    public const string ByDuration = $"""
        SELECT {Length}, seq FROM job INDEXED BY job_ended
        WHERE {Window} AND ({Length}, seq) < (?7, ?8) ORDER BY {Length} DESC, seq DESC LIMIT ?9
        """;

    public const string Scan = $"""
        SELECT finished_at, created_at, started_at, billable_units, error_type, key_id FROM job INDEXED BY job_ended
        WHERE {Window} ORDER BY finished_at
        """;

    // One step of an index a call: the next endpoint after ?2.
    public const string NextEndpoint = """
        SELECT endpoint FROM job WHERE account_id = ?1 AND endpoint > ?2 ORDER BY endpoint LIMIT 1
        """;

    public const string Entry = $"SELECT {QueueSql.JobColumns}, billable_units FROM job WHERE seq = ?1";

    public const string EntryOf = $"""
        SELECT {QueueSql.JobColumns}, billable_units FROM job
        WHERE id = ?1 AND account_id = ?2 AND finished_at IS NOT NULL
        """;

    public const string Input = """
        SELECT body, blob FROM job JOIN job_input USING (seq) WHERE id = ?1 AND account_id = ?2
        """;

    public const string Waiting = """
        SELECT id FROM job INDEXED BY job_live
        WHERE finished_at IS NULL AND state = 0 AND app = ?1 AND account_id = ?2 ORDER BY seq LIMIT ?3
        """;

    public const string Deletable = """
        SELECT seq, job_input.blob, job_answer.blob FROM job
        LEFT JOIN job_input USING (seq) LEFT JOIN job_answer USING (seq)
        WHERE id = ?1 AND account_id = ?2 AND finished_at IS NOT NULL
        """;

    public const string Deleted = """
        UPDATE job SET payloads_deleted_at = COALESCE(payloads_deleted_at, ?2) WHERE seq = ?1
        """;
}

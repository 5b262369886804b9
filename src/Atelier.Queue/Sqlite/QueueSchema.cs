namespace Atelier.Queue.Sqlite;

/// <summary>The tables, as numbered migrations. A migration that was released is never edited, only followed.</summary>
/// <remarks>All times are UTC microseconds since 1970. State and priority are the values of their enums.</remarks>
static class QueueSchema
{
    /// <summary>
    /// <c>application_id</c> of our files, "AtlQ": keeps us from writing into someone else's database.
    /// </summary>
    public const long ApplicationId = 0x41746c51;

    // job stays small because a claim and a finish rewrite its row; payloads are written once, in their own tables.
    // Every row has account_id, key_id, endpoint and runner_host from the start: PostgreSQL shards and scopes by them.
    const string Migration001 = """
        CREATE TABLE job (
          seq INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          account_id TEXT NOT NULL,
          key_id TEXT NOT NULL,
          app TEXT NOT NULL,
          endpoint TEXT NOT NULL,
          runner_host TEXT,
          state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
          priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 1),
          attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
          max_attempts INTEGER NOT NULL CHECK (max_attempts >= 1),
          deaths INTEGER NOT NULL DEFAULT 0,
          cancel_requested INTEGER NOT NULL DEFAULT 0,
          created_at INTEGER NOT NULL,
          not_before INTEGER,
          start_before INTEGER,
          lease_until INTEGER,
          started_at INTEGER,
          finished_at INTEGER,
          result_status INTEGER,
          error_type TEXT,
          retention INTEGER NOT NULL,
          purge_at INTEGER,
          idempotency_key TEXT,
          input_sha256 BLOB,
          log_lines INTEGER NOT NULL DEFAULT 0,
          log_dropped INTEGER NOT NULL DEFAULT 0,
          context TEXT NOT NULL,
          CONSTRAINT running_has_a_lease CHECK ((state = 1) = (lease_until IS NOT NULL)),
          CONSTRAINT completed_has_an_end CHECK ((state = 2) = (finished_at IS NOT NULL)),
          CONSTRAINT completed_has_a_status CHECK ((state = 2) = (result_status IS NOT NULL)),
          CONSTRAINT a_key_has_a_hash CHECK ((idempotency_key IS NULL) = (input_sha256 IS NULL))
        ) STRICT;
        -- finished_at, not state, selects the live jobs: a claim then leaves this index alone.
        CREATE INDEX job_live ON job (seq) WHERE finished_at IS NULL;
        CREATE INDEX job_listed ON job (account_id, endpoint, id);
        CREATE INDEX job_purge ON job (purge_at) WHERE purge_at IS NOT NULL;
        CREATE UNIQUE INDEX job_idempotency ON job (key_id, endpoint, idempotency_key)
          WHERE idempotency_key IS NOT NULL;
        CREATE TABLE job_input (
          seq INTEGER PRIMARY KEY,
          body BLOB,
          blob TEXT,
          CONSTRAINT one_place CHECK ((body IS NULL) <> (blob IS NULL))
        ) STRICT;
        CREATE TABLE job_answer (
          seq INTEGER PRIMARY KEY,
          headers TEXT NOT NULL,
          body BLOB,
          blob TEXT,
          CONSTRAINT one_place CHECK ((body IS NULL) <> (blob IS NULL))
        ) STRICT;
        CREATE TABLE job_log (
          seq INTEGER NOT NULL,
          line INTEGER NOT NULL,
          at INTEGER NOT NULL,
          level TEXT NOT NULL,
          message TEXT NOT NULL,
          PRIMARY KEY (seq, line)
        ) STRICT, WITHOUT ROWID;
        """;

    // The outbox. A row is written with its job and becomes due with the job's result, so that the two indexes of what is
    // due hold nothing else. host is host and port: what deliveries at once are counted by.
    const string Migration002 = """
        CREATE TABLE webhook (
          seq INTEGER PRIMARY KEY,
          url TEXT NOT NULL,
          host TEXT NOT NULL,
          state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
          attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
          failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
          due_at INTEGER,
          expires_at INTEGER,
          kept_until INTEGER,
          CONSTRAINT pending_is_due CHECK ((state = 1) = (due_at IS NOT NULL)),
          CONSTRAINT a_result_expires CHECK ((state = 0) = (expires_at IS NULL)),
          CONSTRAINT ended_is_kept CHECK ((state >= 3) = (kept_until IS NOT NULL))
        ) STRICT;
        CREATE INDEX webhook_due ON webhook (due_at, host) WHERE due_at IS NOT NULL;
        CREATE INDEX webhook_host ON webhook (host, due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX webhook_state ON webhook (state, seq);
        CREATE INDEX webhook_kept ON webhook (kept_until) WHERE kept_until IS NOT NULL;
        CREATE TABLE webhook_delivery (
          seq INTEGER NOT NULL,
          attempt INTEGER NOT NULL,
          at INTEGER NOT NULL,
          duration INTEGER NOT NULL,
          http_status INTEGER,
          error TEXT,
          PRIMARY KEY (seq, attempt)
        ) STRICT, WITHOUT ROWID;
        """;

    // What the history is asked for. verdict stands before the time, so that every page and every sum reads one unbroken
    // run of job_ended a verdict; the columns after the time keep sums from touching the table. Unfinished jobs are not
    // in it: accepting and claiming cost nothing more.
    const string Migration003 = """
        ALTER TABLE job ADD COLUMN verdict INTEGER CHECK (verdict BETWEEN 0 AND 2);
        ALTER TABLE job ADD COLUMN billable_units REAL;
        ALTER TABLE job ADD COLUMN payloads_deleted_at INTEGER;
        UPDATE job SET verdict = (result_status >= 400) + (result_status >= 500) WHERE finished_at IS NOT NULL;
        CREATE INDEX job_ended ON job (account_id, endpoint, verdict, finished_at, seq, started_at, created_at, key_id,
          error_type, billable_units) WHERE finished_at IS NOT NULL;
        """;

    /// <summary>Migration n brings <c>user_version</c> n - 1 to n.</summary>
    public static IReadOnlyList<string> Migrations { get; } = [Migration001, Migration002, Migration003];
}

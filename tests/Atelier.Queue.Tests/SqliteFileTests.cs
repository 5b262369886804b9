using System.Text;
using Atelier.Queue.Live;
using Atelier.Queue.Sqlite;
using Atelier.Queue.Sqlite.Native;
using Atelier.Queue.Webhooks;
using Atelier.Tests;

namespace Atelier.Queue.Tests;

/// <summary>What only the SQLite store promises: its file, its blobs, its crash and its full disk.</summary>
public sealed class SqliteFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly ManualTime _time = new();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_commit_is_synced()
    {
        await using var store = await OpenAsync();
        using var connection = QueueFile.OpenForWriting(_folder.Database, QueueSchema.Migrations);

        Assert.Equal(2, connection.Scalar("PRAGMA synchronous"));
        Assert.Equal(0, connection.Scalar("PRAGMA wal_autocheckpoint"));
        Assert.Equal(8192, connection.Scalar("PRAGMA page_size"));
        Assert.Equal(2, connection.Scalar("PRAGMA auto_vacuum"));
        Assert.Equal(QueueSchema.ApplicationId, connection.Scalar("PRAGMA application_id"));
        Assert.Equal(QueueSchema.Migrations.Count, connection.Scalar("PRAGMA user_version"));
        Assert.Equal(1, connection.Scalar("SELECT 1 FROM pragma_journal_mode WHERE journal_mode = 'wal'"));
    }

    [Fact]
    public async Task A_copy_of_the_files_in_the_middle_of_life_holds_all_that_was_accepted()
    {
        using var copy = new TemporaryFolder();
        await using (var store = await OpenAsync())
        {
            await store.EnqueueAsync([.. Enumerable.Range(0, 500).Select(n => Job($"j{n}"))], Stop);
            var leases = await store.ClaimAsync("a/b", 200, TimeSpan.FromSeconds(60), Stop);
            await store.FinishAsync(
                [.. leases.Take(100).Select(lease => new FinishedAttempt(lease.JobId, 1, Done("1")))], Stop);

            // What a power cut leaves: the file and its log as they are, nothing closed.
            File.Copy(_folder.Database, copy.Database);
            File.Copy(_folder.Database + "-wal", copy.Database + "-wal");
        }

        await using var reopened = await SqliteQueueStore.OpenAsync(copy.Options, _time, Stop);

        Assert.Equal(400, reopened.Waiting("a/b"));
        Assert.Equal(200, (await reopened.AnswerAsync("j99", "me", Stop))!.Status);
        Assert.Null(await reopened.AnswerAsync("j100", "me", Stop));
    }

    [Fact]
    public async Task A_newer_database_is_refused_and_left_alone()
    {
        await (await OpenAsync()).DisposeAsync();
        using (var connection = SqliteConnection.Open(_folder.Database))
        {
            connection.Execute("PRAGMA user_version = 99");
        }

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(OpenAsync);

        Assert.StartsWith("queue.db was written by a newer Atelier (schema 99;", refusal.Message);
    }

    [Fact]
    public async Task Another_programs_database_is_refused()
    {
        using (var connection = SqliteConnection.Open(_folder.Database))
        {
            connection.Execute("CREATE TABLE theirs (x)");
        }

        await Assert.ThrowsAsync<InvalidOperationException>(OpenAsync);
    }

    [Fact]
    public async Task A_migration_copies_the_file_first()
    {
        await using (var store = await OpenAsync())
        {
            await store.EnqueueAsync([Job("a")], Stop);
        }

        IReadOnlyList<string> next = [.. QueueSchema.Migrations, "CREATE TABLE later (x INTEGER) STRICT"];
        await using (var store = await SqliteQueueStore.OpenAsync(_folder.Options, _time, next, Stop))
        {
            Assert.Equal(1, store.Waiting("a/b"));
        }

        using var copy = SqliteConnection.Open($"{_folder.Database}.v{QueueSchema.Migrations.Count}.bak");
        Assert.Equal(QueueSchema.Migrations.Count, copy.Scalar("PRAGMA user_version"));
        Assert.Equal(1, copy.Scalar("SELECT COUNT(*) FROM job"));
    }

    [Fact]
    public async Task A_queue_of_the_first_version_is_migrated_with_its_jobs()
    {
        IReadOnlyList<string> first = [QueueSchema.Migrations[0]];
        using (var connection = QueueFile.OpenForWriting(_folder.Database, first))
        {
            connection.Execute(
                """
                INSERT INTO job (seq, id, account_id, key_id, app, endpoint, state, priority, max_attempts, created_at,
                  retention, context) VALUES (1, 'old', 'me', 'key', 'a/b', 'a/b', 0, 0, 10, 0, 1000, '{}')
                """);
            connection.Execute("INSERT INTO job_input (seq, body) VALUES (1, x'7b7d')");
        }

        await using var store = await OpenAsync();
        var lease = (await store.ClaimAsync("a/b", 1, TimeSpan.FromSeconds(60), Stop))[0];
        await store.FinishAsync([new(lease.JobId, 1, Done("1"))], Stop);

        Assert.Equal(0, store.Webhooks.Pending);
        Assert.True(File.Exists(_folder.Database + ".v1.bak"));
    }

    [Fact]
    public async Task Large_bodies_are_files_and_go_with_their_job()
    {
        await using var store = await OpenAsync();
        var big = Job("019a-big") with { Input = new byte[70_000], IdempotencyKey = "k" };
        await store.EnqueueAsync([big], Stop);
        await store.EnqueueAsync([big with { Id = "019a-again" }], Stop);
        Assert.Equal(["ig/019a-big.in"], BlobFiles());

        var lease = (await store.ClaimAsync("a/b", 1, TimeSpan.FromSeconds(60), Stop))[0];
        Assert.Equal(70_000, lease.Input.Length);
        var answer = new StoredAnswer(200, new byte[80_000]);
        await store.FinishAsync([new(lease.JobId, 1, new JobOutcome.Completed(answer))], Stop);
        await store.FinishAsync([new(lease.JobId, 7, new JobOutcome.Completed(answer))], Stop);
        Assert.Equal(["ig/019a-big.1.out", "ig/019a-big.in"], BlobFiles());
        Assert.Equal(80_000, (await store.AnswerAsync("019a-big", "me", Stop))!.Body.Length);

        _time.Advance(big.PayloadRetention);
        await store.SweepAsync(Stop);
        Assert.Empty(BlobFiles());
    }

    [Fact]
    public async Task A_file_that_no_row_names_is_swept()
    {
        await using var store = await OpenAsync();
        await store.EnqueueAsync([Job("019a-big") with { Input = new byte[70_000] }], Stop);
        await File.WriteAllTextAsync(Path.Combine(_folder.Blobs, "ig", "019a-big.1.out"), "of a crash", Stop);
        foreach (var file in BlobFiles())
        {
            File.SetLastWriteTimeUtc(Path.Combine(_folder.Blobs, file), _time.GetUtcNow().UtcDateTime);
        }

        _time.Advance(TimeSpan.FromHours(2));
        await store.SweepAsync(Stop);

        Assert.Equal(["ig/019a-big.in"], BlobFiles());
    }

    [Fact]
    public async Task A_full_disk_refuses_before_acceptance_and_the_store_recovers()
    {
        var connection = QueueFile.OpenForWriting(_folder.Database, QueueSchema.Migrations);
        using var writer = new QueueWriter(connection, _folder.Database);
        using var live = new LiveJobs(_time, _ => { });
        await writer.RunAsync(Limit(pages: 1), Stop);
        var seq = 0L;

        var refusal = await Assert.ThrowsAsync<QueueUnavailableException>(
            () => writer.RunAsync(Enqueue("refused", 30_000), Stop));
        Assert.Contains("full", refusal.Message);
        Assert.Null(live.Find("refused"));

        await writer.RunAsync(Limit(pages: 1_000_000), Stop);
        await writer.RunAsync(Enqueue("accepted", 30_000), Stop);
        Assert.NotNull(live.Find("accepted"));

        Sqlite.Operations.EnqueueOperation Enqueue(string id, int size) =>
            new(live, [Job(id) with { Input = new byte[size] }], null, () => ++seq, _time.GetUtcNow());

        PageLimit Limit(int pages) => new(connection, pages);
    }

    [Fact]
    public async Task A_blob_that_cannot_be_written_refuses_the_job()
    {
        await using var store = await OpenAsync();
        Directory.Delete(_folder.Blobs, recursive: true);
        await File.WriteAllTextAsync(_folder.Blobs, "a file where the folder should be", Stop);

        await Assert.ThrowsAsync<QueueUnavailableException>(
            () => store.EnqueueAsync([Job("a") with { Input = new byte[70_000] }], Stop));

        Assert.Null(await store.FindAsync("a", "me", Stop));
    }

    [Fact]
    public void Values_on_disk_are_pinned()
    {
        Assert.Equal([0, 1, 2], Enum.GetValues<JobState>().Select(value => (int)value));
        Assert.Equal(["InQueue", "InProgress", "Completed"], Enum.GetNames<JobState>());
        Assert.Equal([0, 1], Enum.GetValues<JobPriority>().Select(value => (int)value));
        Assert.Equal(["Normal", "Low"], Enum.GetNames<JobPriority>());
        Assert.Equal([0, 1, 2, 3, 4], Enum.GetValues<WebhookState>().Select(value => (int)value));
        Assert.Equal(
            ["AwaitingResult", "Pending", "Sending", "Delivered", "Failed"], Enum.GetNames<WebhookState>());
    }

    static JobOutcome.Completed Done(string body) => new(new StoredAnswer(200, Encoding.UTF8.GetBytes(body)));

    static NewJob Job(string id) => new()
    {
        Id = id,
        AccountId = "me",
        KeyId = "key",
        App = "a/b",
        Endpoint = "a/b",
        Input = "{}"u8.ToArray(),
    };

    Task<SqliteQueueStore> OpenAsync() => SqliteQueueStore.OpenAsync(_folder.Options, _time, Stop);

    IEnumerable<string> BlobFiles() => Directory.EnumerateFiles(_folder.Blobs, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(_folder.Blobs, path)).Order(StringComparer.Ordinal);

    /// <summary>Stands in for a disk that fills up: SQLite answers the same code.</summary>
    sealed class PageLimit(SqliteConnection connection, int pages) : Sqlite.Operations.WriteOperation<bool>
    {
        public override void Execute(QueueStatements statements) =>
            connection.Execute($"PRAGMA max_page_count = {pages}");

        public override void Committed() => Complete(true);
    }
}

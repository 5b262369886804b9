using Atelier.Queue.Sqlite.Native;

namespace Atelier.Queue.Sqlite;

/// <summary>Opens the database file: settings, ownership, migrations.</summary>
static class QueueFile
{
    /// <summary>The writing connection, with the schema brought up to date.</summary>
    /// <exception cref="InvalidOperationException">The file is another program's, or a newer Atelier's.</exception>
    public static SqliteConnection OpenForWriting(string path, IReadOnlyList<string> migrations)
    {
        var connection = SqliteConnection.Open(path);
        try
        {
            // Only an empty file takes these two; on an existing one they change nothing.
            connection.Execute("PRAGMA page_size = 8192");
            connection.Execute("PRAGMA auto_vacuum = INCREMENTAL");
            Configure(connection);
            Migrate(connection, path, migrations);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection for reading and checkpoints; the schema is there already.</summary>
    public static SqliteConnection Open(string path)
    {
        var connection = SqliteConnection.Open(path);
        Configure(connection);
        return connection;
    }

    static void Configure(SqliteConnection connection)
    {
        connection.Execute("PRAGMA journal_mode = WAL");

        // FULL: the log is synced at every commit. NORMAL would lose accepted requests in a power cut.
        connection.Execute("PRAGMA synchronous = FULL");

        // Commits never pay for a checkpoint: the checkpoint thread does.
        connection.Execute("PRAGMA wal_autocheckpoint = 0");
    }

    static void Migrate(SqliteConnection connection, string path, IReadOnlyList<string> migrations)
    {
        var owner = connection.Scalar("PRAGMA application_id");
        var version = connection.Scalar("PRAGMA user_version");
        var empty = connection.Scalar("SELECT COUNT(*) FROM sqlite_schema") == 0;
        if (owner != QueueSchema.ApplicationId && !empty)
        {
            throw new InvalidOperationException($"{Path.GetFileName(path)} is not an Atelier queue; it is left alone.");
        }

        if (version > migrations.Count)
        {
            throw new InvalidOperationException(
                $"{Path.GetFileName(path)} was written by a newer Atelier (schema {version}; this one knows " +
                $"{migrations.Count}). Start that version, or choose another data folder.");
        }

        if (version > 0 && version < migrations.Count)
        {
            Copy(connection, $"{path}.v{version}.bak");
        }

        for (var number = version; number < migrations.Count; number++)
        {
            connection.Execute("BEGIN IMMEDIATE");
            connection.ExecuteScript(migrations[(int)number]);
            connection.Execute($"PRAGMA application_id = {QueueSchema.ApplicationId}");
            connection.Execute($"PRAGMA user_version = {number + 1}");
            connection.Execute("COMMIT");
        }
    }

    static void Copy(SqliteConnection connection, string target)
    {
        // SQLite's own copy is consistent and synced, which a copy of the file beside its log would not be.
        File.Delete(target);
        connection.Execute($"VACUUM INTO '{target.Replace("'", "''", StringComparison.Ordinal)}'");
    }
}

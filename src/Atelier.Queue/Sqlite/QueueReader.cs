using System.Collections.Concurrent;
using Atelier.Queue.Live;
using Atelier.Queue.Sqlite.Native;

namespace Atelier.Queue.Sqlite;

/// <summary>
/// Reads what is not in memory any more, on connections of its own: readers never wait for the writer.
/// </summary>
sealed class QueueReader(string path, BlobFolder blobs) : IDisposable
{
    /// <summary>Connections kept open; more are opened for a moment when more threads read.</summary>
    const int PoolMax = 4;

    // Sorts after every id.
    const string AfterAll = "\U0010FFFF";

    readonly ConcurrentBag<SqliteConnection> _pool = [];

    public Job? Find(string id, string account) => Read(connection =>
    {
        var row = connection.Statement(QueueSql.Find).Bind(1, id).Bind(2, account);
        return ReadOne(row, JobRow.Read);
    });

    /// <summary>The input of a live job; null when its file is gone.</summary>
    public byte[]? Input(long seq) => Read(connection =>
    {
        var row = connection.Statement(QueueSql.FindInput).Bind(1, seq);
        return ReadOne(row, found => Body(found, 0));
    });

    public StoredAnswer? Answer(string id, string account) => Read(connection =>
    {
        var row = connection.Statement(QueueSql.FindAnswer).Bind(1, id).Bind(2, account);
        return ReadOne(row, found => Body(found, 3) is { } body
            ? new StoredAnswer((int)found.Int64(0), body, found.Text(2), found.NullableText(1))
            : null);
    });

    /// <summary>The lines below <paramref name="end"/>, and how many were dropped.</summary>
    public (List<JobLog> Lines, int Dropped) Logs(string id, string account, int end) => Read(connection =>
    {
        List<JobLog> lines = [];
        var dropped = 0;
        var row = connection.Statement(QueueSql.FindLogs).Bind(1, id).Bind(2, account).Bind(3, end);
        while (row.Step())
        {
            lines.Add(new(Micros.ToTime(row.Int64(0)), row.Text(1), row.Text(2)));
            dropped = (int)row.Int64(3);
        }

        return (lines, dropped);
    });

    public List<Job> List(JobQuery query) => Read(connection =>
    {
        var row = connection.Statement(query.Endpoint is null ? QueueSql.List : QueueSql.ListEndpoint)
            .Bind(1, query.AccountId).Bind(2, query.Before ?? AfterAll).Bind(3, (long?)query.State)
            .Bind(4, query.Limit);
        if (query.Endpoint is not null)
        {
            row.Bind(5, query.Endpoint);
        }

        List<Job> jobs = [];
        while (row.Step())
        {
            jobs.Add(JobRow.Read(row));
        }

        return jobs;
    });

    public bool UsesBlob(string jobId, string name) => Read(connection =>
    {
        var row = connection.Statement(QueueSql.BlobInUse).Bind(1, jobId).Bind(2, name);
        return ReadOne(row, static found => found) is not null;
    });

    /// <summary>Every waiting and running job, oldest first, without inputs.</summary>
    public static IEnumerable<LiveJob> Load(SqliteConnection connection)
    {
        var strings = new SharedStrings();
        var row = connection.Statement(QueueSql.Load);
        while (row.Step())
        {
            yield return JobRow.ReadLive(row, strings);
        }
    }

    /// <summary>Runs a query on a connection of its own.</summary>
    /// <exception cref="QueueUnavailableException">The file cannot be read.</exception>
    public T Read<T>(Func<SqliteConnection, T> query)
    {
        SqliteConnection? connection = null;
        try
        {
            connection = _pool.TryTake(out var idle) ? idle : QueueFile.Open(path);
            var result = query(connection);
            if (_pool.Count < PoolMax)
            {
                _pool.Add(connection);
                connection = null;
            }

            return result;
        }
        catch (SqliteException fault)
        {
            throw new QueueUnavailableException(fault.Message, fault);
        }
        finally
        {
            // Also after a fault: a statement may stand in the middle of its rows.
            connection?.Dispose();
        }
    }

    public void Dispose()
    {
        while (_pool.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    /// <summary>The first row, read; null when there is none.</summary>
    public static T? ReadOne<T>(SqliteStatement row, Func<SqliteStatement, T?> read)
        where T : class
    {
        if (!row.Step())
        {
            return null;
        }

        var value = read(row);
        row.Reset();
        return value;
    }

    /// <summary>A body from the columns <c>body, blob</c>; null when its file is gone.</summary>
    public byte[]? Body(SqliteStatement row, int column) =>
        row.NullableText(column + 1) is { } name ? blobs.Read(name) : row.Blob(column);
}

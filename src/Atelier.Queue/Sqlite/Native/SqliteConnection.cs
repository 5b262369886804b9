using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Atelier.Queue.Sqlite.Native;

/// <summary>One connection, used by one thread at a time. Prepares each SQL text once.</summary>
sealed unsafe class SqliteConnection : IDisposable
{
    /// <summary>How long a statement waits for another connection's lock, in milliseconds.</summary>
    const int BusyTimeoutMilliseconds = 5000;

    readonly SqliteHandle _database;

    // By reference: every SQL text is a constant, and a string hash a call would cost more than the lookup.
    readonly Dictionary<string, SqliteStatement> _statements = new(ReferenceEqualityComparer.Instance);

    // One native integer, written by SQLite's hook inside COMMIT.
    int* _logPages;

    SqliteConnection(SqliteHandle database) => _database = database;

    /// <summary>Rows that the last INSERT, UPDATE or DELETE changed.</summary>
    public int Changes => SqliteNative.Changes(_database);

    /// <summary>Whether a transaction is open. An I/O error may have ended it already.</summary>
    public bool InTransaction => SqliteNative.AutoCommit(_database) == 0;

    /// <summary>
    /// Pages in the write-ahead log after the last commit; 0 unless <see cref="WatchLog"/> was called.
    /// </summary>
    public int LogPages => _logPages is null ? 0 : *_logPages;

    /// <exception cref="InvalidOperationException">SQLite is not installed.</exception>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public static SqliteConnection Open(string path)
    {
        const int Flags = SqliteNative.OpenReadWrite | SqliteNative.OpenCreate | SqliteNative.OpenNoMutex |
            SqliteNative.OpenExtendedCodes;
        try
        {
            var code = SqliteNative.Open(path, out var database, Flags, 0);
            var connection = new SqliteConnection(database);
            if (code != SqliteNative.Ok)
            {
                var fault = connection.LastError();
                connection.Dispose();
                throw fault;
            }

            _ = SqliteNative.BusyTimeout(database, BusyTimeoutMilliseconds);
            return connection;
        }
        catch (DllNotFoundException missing)
        {
            throw new InvalidOperationException(
                "The queue needs SQLite (libsqlite3.so.0). Install it: apt-get install libsqlite3-0", missing);
        }
    }

    /// <summary>Follows the size of the log. Setting <c>wal_autocheckpoint</c> afterwards would end it.</summary>
    public void WatchLog()
    {
        _logPages = (int*)NativeMemory.AllocZeroed(sizeof(int));
        _ = SqliteNative.LogHook(_database, &OnCommit, _logPages);
    }

    /// <summary>The prepared statement of a constant SQL text.</summary>
    public SqliteStatement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = Prepare(sql);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>Runs one statement that is not kept.</summary>
    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (statement.Step())
        {
        }
    }

    /// <summary>Runs several statements, separated as SQLite itself finds their ends.</summary>
    public void ExecuteScript(string script)
    {
        var utf8 = Encoding.UTF8.GetBytes(script);
        fixed (byte* start = utf8)
        {
            var next = start;
            var end = start + utf8.Length;
            while (next < end)
            {
                Check(SqliteNative.Prepare(_database, next, (int)(end - next), 0, out var handle, out next));
                using var statement = new SqliteStatement(this, handle);
                while (!handle.IsInvalid && statement.Step())
                {
                }
            }
        }
    }

    /// <summary>The first column of the first row, as a number.</summary>
    public long Scalar(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    public SqliteException LastError() => new(
        SqliteNative.ErrorCode(_database), Marshal.PtrToStringUTF8(SqliteNative.ErrorMessage(_database)) ?? "unknown");

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _database.Dispose();
        NativeMemory.Free(_logPages);
        _logPages = null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int OnCommit(void* state, nint database, byte* name, int pages)
    {
        *(int*)state = pages;
        return SqliteNative.Ok;
    }

    SqliteStatement Prepare(string sql)
    {
        var utf8 = Encoding.UTF8.GetBytes(sql);
        fixed (byte* text = utf8)
        {
            Check(SqliteNative.Prepare(
                _database, text, utf8.Length, SqliteNative.PreparePersistent, out var handle, out _));
            return new(this, handle);
        }
    }

    void Check(int code)
    {
        if (code != SqliteNative.Ok)
        {
            throw LastError();
        }
    }
}

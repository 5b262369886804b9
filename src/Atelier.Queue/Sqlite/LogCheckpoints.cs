using Atelier.Queue.Sqlite.Native;

namespace Atelier.Queue.Sqlite;

/// <summary>
/// Moves committed pages from the write-ahead log into the file, on a thread and connection of its own.
/// </summary>
/// <remarks>A checkpoint syncs the database file; done by the writer it would hold up a commit now and then.</remarks>
sealed class LogCheckpoints : IDisposable
{
    /// <summary>Pages of 8 KiB in the log, since the last time, at which a checkpoint begins.</summary>
    const int BeginPages = 1024;

    /// <summary>
    /// The log's pages (128 MiB) at which the writer waits for one. Without a pause in the writing, a concurrent
    /// checkpoint never
    /// catches up with the log's end, and the log never starts over.
    /// </summary>
    const int WaitPages = 16 * 1024;

    readonly AutoResetEvent _wake = new(false);
    readonly SqliteConnection _connection;
    readonly Thread _thread;

    // Touched by the writer thread only.
    int _begunAt;
    volatile bool _stopping;

    public LogCheckpoints(string path)
    {
        _connection = QueueFile.Open(path);
        _thread = new(Run) { Name = "queue-checkpoint", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Called by the writer after a batch. True when the writer must checkpoint itself, now.</summary>
    public bool AfterCommit(int logPages)
    {
        // The log started over, because a checkpoint had reached its end.
        if (logPages < _begunAt)
        {
            _begunAt = 0;
        }

        if (logPages - _begunAt >= BeginPages)
        {
            _begunAt = logPages;
            _wake.Set();
        }

        return logPages >= WaitPages;
    }

    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _connection.Dispose();
        _wake.Dispose();
    }

    void Run()
    {
        while (_wake.WaitOne() && !_stopping)
        {
            try
            {
                _connection.Execute("PRAGMA wal_checkpoint(PASSIVE)");
            }
            catch (SqliteException)
            {
                // The disk is full or the log is busy: what is committed stays in the log, and growth asks again.
            }
        }
    }
}

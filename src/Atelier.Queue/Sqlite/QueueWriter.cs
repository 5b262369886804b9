using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Atelier.Queue.Live;
using Atelier.Queue.Sqlite.Native;
using Atelier.Queue.Sqlite.Operations;

namespace Atelier.Queue.Sqlite;

/// <summary>
/// The one thread that writes. It takes whatever waits, up to a bound, into one transaction, commits once and then
/// completes every operation of the batch: while one commit syncs, the next batch gathers.
/// </summary>
sealed class QueueWriter : IDisposable
{
    /// <summary>Operations that may wait; beyond, callers wait for room, so that memory is bounded.</summary>
    const int WaitingMax = 16_384;

    /// <summary>Operations a commit: enough to share its cost, few enough that the first does not wait long.</summary>
    const int BatchMax = 1024;

    readonly Channel<WriteOperation> _operations = Channel.CreateBounded<WriteOperation>(
        new BoundedChannelOptions(WaitingMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    // Jobs with log lines to save. Filled by any thread, drained by the writer thread at the start of a batch.
    readonly ConcurrentQueue<LiveJob> _logs = new();
    readonly SqliteConnection _connection;
    readonly QueueStatements _statements;
    readonly LogCheckpoints _checkpoints;
    readonly Thread _thread;

    public QueueWriter(SqliteConnection connection, string path)
    {
        _connection = connection;
        _statements = new(connection);
        _connection.WatchLog();
        _checkpoints = new(path);
        _thread = new(Run) { Name = "queue-writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Runs an operation in the next commit; completes after it.</summary>
    /// <exception cref="QueueUnavailableException">Nothing was written.</exception>
    public async Task<T> RunAsync<T>(WriteOperation<T> operation, CancellationToken cancellationToken)
    {
        if (!_operations.Writer.TryWrite(operation))
        {
            try
            {
                await _operations.Writer.WriteAsync(operation, cancellationToken);
            }
            catch (ChannelClosedException)
            {
                throw new QueueUnavailableException("The queue is closed.");
            }
        }

        return await operation.Task;
    }

    /// <summary>Saves the job's log in one of the next commits.</summary>
    public void SaveLogs(LiveJob job)
    {
        if (Interlocked.Exchange(ref job.LogsQueued, 1) == 0)
        {
            _logs.Enqueue(job);

            // Only wakes the thread. A full channel needs no waking.
            _operations.Writer.TryWrite(new WakeOperation());
        }
    }

    /// <summary>Writes what waits, then closes the file with an empty log.</summary>
    public void Dispose()
    {
        _operations.Writer.TryComplete();
        _thread.Join();
        _checkpoints.Dispose();
        _statements.TryCheckpoint("PRAGMA wal_checkpoint(TRUNCATE)");
        _connection.Dispose();
    }

    void Run()
    {
        List<WriteOperation> batch = new(BatchMax);
        var reader = _operations.Reader;
        while (reader.TryPeek(out _) || WaitForWork(reader))
        {
            if (!_logs.IsEmpty)
            {
                batch.Add(new SaveLogsOperation(_logs));
            }

            while (batch.Count < BatchMax && reader.TryRead(out var operation))
            {
                batch.Add(operation);
            }

            Write(batch);
            batch.Clear();
            if (_checkpoints.AfterCommit(_connection.LogPages))
            {
                _statements.TryCheckpoint("PRAGMA wal_checkpoint(RESTART)");
            }
        }
    }

    // A thread of its own may block: the wait ends when an operation comes or the channel closes.
    static bool WaitForWork(ChannelReader<WriteOperation> reader)
    {
        var wait = reader.WaitToReadAsync();
        return wait.IsCompleted ? wait.Result : wait.AsTask().GetAwaiter().GetResult();
    }

    void Write(List<WriteOperation> batch)
    {
        if (TryCommit(batch) is not { } fault)
        {
            return;
        }

        if (batch.Count == 1 || fault.Code is SqliteNative.Full || (fault.Code & 0xff) is SqliteNative.IoError)
        {
            var unavailable = new QueueUnavailableException(fault.Message, fault);
            foreach (var operation in batch)
            {
                operation.Fail(unavailable);
            }

            return;
        }

        // One operation spoilt the batch: alone, only it fails.
        foreach (var operation in batch)
        {
            if (TryCommit([operation]) is { } own)
            {
                operation.Fail(new QueueUnavailableException(own.Message, own));
            }
        }
    }

    /// <summary>Null when committed; else everything is undone, on disk and in memory.</summary>
    SqliteException? TryCommit(List<WriteOperation> batch)
    {
        var begun = 0;
        try
        {
            _statements.Begin();
            foreach (var operation in batch)
            {
                begun++;
                operation.Execute(_statements);
            }

            _statements.Commit();
        }
        catch (SqliteException fault)
        {
            _statements.Rollback();
            for (var index = begun - 1; index >= 0; index--)
            {
                batch[index].Undo();
            }

            return fault;
        }

        Debug.Assert(!_connection.InTransaction, "A commit ends its transaction.");
        foreach (var operation in batch)
        {
            operation.Committed();
        }

        return null;
    }
}

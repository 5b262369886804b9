using Atelier.Protocol;
using Atelier.Queue;

namespace Atelier.Server.Dispatch;

/// <summary>Collects a job's lines and hands them to the store in batches: whatever came while the last batch was taken.</summary>
sealed class JobLogs(IQueueStore store, string jobId) : IThreadPoolWorkItem
{
    readonly Lock _lines = new();

    // Held while a batch goes to the store, so that batches arrive in order.
    readonly Lock _flush = new();
    List<JobLog>? _waiting;

    /// <summary>Adds a line, from any thread. It is visible to callers a moment later.</summary>
    public void Add(LogLine line)
    {
        lock (_lines)
        {
            if (_waiting is not null)
            {
                _waiting.Add(new(line.Timestamp, line.Level, line.Message));
                return;
            }

            _waiting = [new(line.Timestamp, line.Level, line.Message)];
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    /// <summary>Hands over what is left. Before the job's outcome, so that COMPLETED shows the whole log.</summary>
    public void Flush()
    {
        lock (_flush)
        {
            List<JobLog>? batch;
            lock (_lines)
            {
                (batch, _waiting) = (_waiting, null);
            }

            if (batch is not null)
            {
                store.AppendLogs(jobId, batch);
            }
        }
    }

    void IThreadPoolWorkItem.Execute() => Flush();
}

using System.Collections.Concurrent;
using Atelier.Queue.Live;

namespace Atelier.Queue.Sqlite.Operations;

/// <summary>Writes the new log lines of every job that has some.</summary>
sealed class SaveLogsOperation(ConcurrentQueue<LiveJob> waiting) : WriteOperation
{
    readonly List<(LiveJob Job, int Total, int Dropped)> _saved = [];
    List<LiveJob>? _jobs;

    public override void Execute(QueueStatements statements)
    {
        _jobs ??= Drain();
        foreach (var job in _jobs)
        {
            if (job.Logs?.Unsaved() is not var (line, lines, total, dropped))
            {
                continue;
            }

            foreach (var log in lines)
            {
                statements.InsertLog(job.Seq, line++, log);
            }

            statements.CountLogs(job.Seq, total, dropped);
            _saved.Add((job, total, dropped));
        }
    }

    public override void Undo() => _saved.Clear();

    public override void Committed()
    {
        foreach (var (job, total, dropped) in _saved)
        {
            job.Logs!.MarkSaved(total, dropped);
        }
    }

    public override void Fail(QueueUnavailableException fault)
    {
        // Tried again with the next batch; the lines are still in memory.
        foreach (var job in _jobs ?? [])
        {
            if (Interlocked.Exchange(ref job.LogsQueued, 1) == 0)
            {
                waiting.Enqueue(job);
            }
        }
    }

    List<LiveJob> Drain()
    {
        List<LiveJob> jobs = [];
        while (waiting.TryDequeue(out var job))
        {
            // Cleared before the lines are read: a line that comes later queues the job again.
            Interlocked.Exchange(ref job.LogsQueued, 0);
            jobs.Add(job);
        }

        return jobs;
    }
}

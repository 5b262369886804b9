namespace Atelier.Queue;

// The log of a request: in memory while it is live, in job_log from the next commit on.
public sealed partial class SqliteQueueStore
{
    public void AppendLogs(string jobId, IReadOnlyList<JobLog> lines)
    {
        if (lines.Count > 0 && _live.Find(jobId) is { } job)
        {
            job.EnsureLogs().Append(lines);
            job.SignalChange();
            _writer.SaveLogs(job);
        }
    }

    public ValueTask<IReadOnlyList<JobLog>> LogsAsync(
        string jobId, string accountId, CancellationToken cancellationToken)
    {
        if (_live.Find(jobId) is not { } live)
        {
            var (stored, lost) = _reader.Logs(jobId, accountId, LogBuffer.LinesMax);
            return new(LogBuffer.Complete(stored, lost));
        }

        if (live.Job.AccountId != accountId || live.Logs is not { } logs)
        {
            return new([]);
        }

        var (lines, dropped) = logs.Snapshot();
        List<JobLog> earlier = logs.Earlier > 0 ? _reader.Logs(jobId, accountId, logs.Earlier).Lines : [];
        return new(LogBuffer.Complete([.. earlier, .. lines], dropped));
    }

    public async ValueTask<IReadOnlyList<JobLog>> NewLogsAsync(
        string jobId, string accountId, int from, CancellationToken cancellationToken)
    {
        // Asked before the lines are read: a job that completes meanwhile has its last line read next time.
        var live = _live.Find(jobId);
        var open = live is { Job.State: not JobState.Completed };
        if (open && (live!.Logs is not { } logs || from >= logs.Earlier))
        {
            return live.Job.AccountId == accountId ? live.Logs?.Snapshot(from).Lines ?? [] : [];
        }

        var all = await LogsAsync(jobId, accountId, cancellationToken);
        return [.. all.Take(open ? LogBuffer.LinesMax : all.Count).Skip(from)];
    }
}

namespace Atelier.Queue.Live;

/// <summary>Completed jobs that stay in memory, oldest first out: clients fetch a result soon or never.</summary>
/// <remarks>
/// Guarded by <see cref="LiveJobs"/>' lock. First in, first out instead of least recently used: no write a read.
/// </remarks>
sealed class RecentJobs
{
    const int JobsMax = 20_000;
    const long BytesMax = 64 * 1024 * 1024;

    /// <summary>What a job costs without its answer and log, roughly.</summary>
    const int JobBytes = 1024;

    readonly Queue<(LiveJob Job, long Bytes)> _jobs = new();
    long _bytes;

    public void Add(LiveJob job, Action<LiveJob> evict)
    {
        var bytes = JobBytes + (job.Answer?.Body.Length ?? 0) + (job.Logs?.Bytes ?? 0);
        _jobs.Enqueue((job, bytes));
        _bytes += bytes;
        while (_jobs.Count > JobsMax || _bytes > BytesMax)
        {
            var (oldest, size) = _jobs.Dequeue();
            _bytes -= size;
            evict(oldest);
        }
    }
}

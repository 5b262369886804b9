using System.Collections.Concurrent;

namespace Atelier.Queue.Live;

/// <summary>
/// The waiting and running jobs, and those completed not long ago, in memory: what polls are answered from.
/// </summary>
/// <remarks>
/// Written by the writer thread only, after the commit that makes a change true; the timer that ends a job's delay is
/// the one exception. One lock guards the lines and the lists; lookups by id go without it.
/// </remarks>
sealed class LiveJobs : IDisposable
{
    /// <summary>Memory for inputs that wait; larger queues read theirs from disk when claimed.</summary>
    const long InputBytesMax = 64 * 1024 * 1024;

    readonly Lock _gate = new();
    readonly ConcurrentDictionary<string, LiveJob> _byId = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, AppLine> _lines = new(StringComparer.Ordinal);
    readonly HashSet<LiveJob> _running = [];
    readonly PriorityQueue<LiveJob, DateTimeOffset> _delayed = new();
    readonly PriorityQueue<LiveJob, DateTimeOffset> _startDeadlines = new();
    readonly RecentJobs _recent = new();
    readonly TimeProvider _time;
    readonly Action<string> _becameReady;
    readonly ITimer _delayTimer;
    long _inputBytes;

    public LiveJobs(TimeProvider time, Action<string> becameReady)
    {
        (_time, _becameReady) = (time, becameReady);
        _delayTimer = time.CreateTimer(
            static state => ((LiveJobs)state!).EndDelays(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Raised when a job with a webhook is completed.</summary>
    public event Action? WebhookDue;

    public IReadOnlyCollection<string> WaitingApps
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines.Values.Where(line => line.Waiting > 0).Select(line => line.App)];
            }
        }
    }

    public LiveJob? Find(string id) => _byId.GetValueOrDefault(id);

    public int Position(string id)
    {
        if (Find(id) is not { } job)
        {
            return -1;
        }

        lock (_gate)
        {
            return LineOf(job.Job.App).Position(job);
        }
    }

    public int Ready(string app)
    {
        lock (_gate)
        {
            return _lines.TryGetValue(app, out var line) ? line.Ready : 0;
        }
    }

    public int Waiting(string app)
    {
        lock (_gate)
        {
            return _lines.TryGetValue(app, out var line) ? line.Waiting : 0;
        }
    }

    public Task Completion(string id)
    {
        if (Find(id) is not { } job)
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            return job.Job.State is JobState.Completed ? Task.CompletedTask : job.Completion;
        }
    }

    public Task NextChange(string id)
    {
        if (Find(id) is not { } job)
        {
            return Task.CompletedTask;
        }

        // The signal first: a completion after it is signalled, one before it is seen.
        var change = job.NextChange();
        return job.Job.State is JobState.Completed ? Task.CompletedTask : change;
    }

    /// <summary>
    /// A job that is new here: waiting, or still marked as running by an earlier instance. Its position.
    /// </summary>
    public int Accept(LiveJob job, byte[]? input)
    {
        int position;
        bool ready;
        lock (_gate)
        {
            if (input is not null && _inputBytes + input.Length <= InputBytesMax)
            {
                job.Input = input;
                _inputBytes += input.Length;
            }

            _byId[job.Job.Id] = job;
            if (job.Job.State is JobState.InProgress)
            {
                _running.Add(job);
                return -1;
            }

            ready = EnterLine(job);
            position = LineOf(job.Job.App).Position(job);
        }

        Announce(job.Job.App, ready);
        return position;
    }

    /// <summary>
    /// Takes up to <paramref name="max"/> jobs that may run out of line; the caller commits or puts them back.
    /// </summary>
    public List<LiveJob> Take(string app, int max)
    {
        lock (_gate)
        {
            List<LiveJob> taken = [];
            var line = LineOf(app);
            while (taken.Count < max && line.TakeNext() is { } job)
            {
                taken.Add(job);
            }

            return taken;
        }
    }

    /// <summary>Undoes <see cref="Take"/>.</summary>
    public void PutBack(IEnumerable<LiveJob> jobs)
    {
        lock (_gate)
        {
            foreach (var job in jobs)
            {
                LineOf(job.Job.App).Enter(job, ready: true);
                WatchStart(job);
            }
        }
    }

    /// <summary>An attempt began. The input leaves memory with it: a later attempt reads it from disk.</summary>
    public void Claimed(LiveJob job, Job now, DateTimeOffset leaseUntil)
    {
        lock (_gate)
        {
            job.LeaseUntil = leaseUntil;
            _running.Add(job);
            DropInput(job);
            job.Job = now;
            job.SignalChange();
        }
    }

    public void Renewed(LiveJob job, DateTimeOffset leaseUntil)
    {
        lock (_gate)
        {
            job.LeaseUntil = leaseUntil;
        }
    }

    /// <summary>An attempt ended and the job waits again, at its old place.</summary>
    public void Returned(LiveJob job, Job now)
    {
        bool ready;
        lock (_gate)
        {
            _running.Remove(job);
            job.LeaseUntil = null;
            job.Job = now;
            ready = EnterLine(job);
            job.SignalChange();
        }

        Announce(job.Job.App, ready);
    }

    public void Completed(LiveJob job, Job now, StoredAnswer? answer)
    {
        lock (_gate)
        {
            _running.Remove(job);
            LineOf(job.Job.App).Forget(job);
            DropInput(job);
            job.LeaseUntil = null;
            job.Answer = answer;
            job.Job = now;
            _recent.Add(job, evicted => _byId.TryRemove(evicted.Job.Id, out _));
            job.SignalCompletion();
        }

        if (job.HasWebhook)
        {
            WebhookDue?.Invoke();
        }
    }

    /// <summary>A job's payloads are gone from disk; so they are from here.</summary>
    public void Purged(string id)
    {
        if (_byId.TryRemove(id, out var job))
        {
            job.Answer = null;
        }
    }

    public List<LiveJob> Running()
    {
        lock (_gate)
        {
            return [.. _running];
        }
    }

    /// <summary>Whether <see cref="Due"/> may find anything; cheap, so that it can be asked often.</summary>
    public bool AnyDue(DateTimeOffset now)
    {
        lock (_gate)
        {
            return (_startDeadlines.TryPeek(out _, out var deadline) && deadline <= now) ||
                _running.Any(job => job.LeaseUntil <= now);
        }
    }

    /// <summary>
    /// Running jobs whose lease ran out, and waiting ones whose start deadline passed; the latter leave the list.
    /// </summary>
    public (List<LiveJob> Expired, List<LiveJob> Late) Due(DateTimeOffset now)
    {
        lock (_gate)
        {
            List<LiveJob> expired = [.. _running.Where(job => job.LeaseUntil <= now)];
            List<LiveJob> late = [];
            while (_startDeadlines.TryPeek(out var job, out var deadline) && deadline <= now)
            {
                _startDeadlines.Dequeue();
                if (job.InLine)
                {
                    late.Add(job);
                }
            }

            return (expired, late);
        }
    }

    /// <summary>Undoes the second half of <see cref="Due"/>.</summary>
    public void WatchAgain(IEnumerable<LiveJob> late)
    {
        lock (_gate)
        {
            foreach (var job in late)
            {
                WatchStart(job);
            }
        }
    }

    public void Dispose() => _delayTimer.Dispose();

    bool EnterLine(LiveJob job)
    {
        WatchStart(job);
        var now = _time.GetUtcNow();
        var ready = job.NotBefore is not { } notBefore || notBefore <= now;
        LineOf(job.Job.App).Enter(job, ready);
        if (!ready)
        {
            _delayed.Enqueue(job, job.NotBefore!.Value);
            SetTimer(now);
        }

        return ready;
    }

    // A job may be listed twice; the second time it is not in line any more.
    void WatchStart(LiveJob job)
    {
        if (job.StartBefore is { } deadline)
        {
            _startDeadlines.Enqueue(job, deadline);
        }
    }

    void EndDelays()
    {
        HashSet<string> apps = [];
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            while (_delayed.TryPeek(out var job, out var until) && until <= now)
            {
                _delayed.Dequeue();
                if (job.InLine && job.NotBefore <= now)
                {
                    LineOf(job.Job.App).MakeReady(job);
                    apps.Add(job.Job.App);
                }
            }

            SetTimer(now);
        }

        foreach (var app in apps)
        {
            _becameReady(app);
        }
    }

    void SetTimer(DateTimeOffset now)
    {
        if (_delayed.TryPeek(out _, out var next))
        {
            // Rounded up to the timer's milliseconds: a timer that fires early would only be set again.
            var wait = Math.Clamp((next - now).TotalMilliseconds, 1, int.MaxValue);
            _delayTimer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait)), Timeout.InfiniteTimeSpan);
        }
    }

    void DropInput(LiveJob job)
    {
        if (job.Input is { } input)
        {
            _inputBytes -= input.Length;
            job.Input = null;
        }
    }

    void Announce(string app, bool ready)
    {
        if (ready)
        {
            _becameReady(app);
        }
    }

    AppLine LineOf(string app) => _lines.GetOrAdd(app, static name => new(name));
}

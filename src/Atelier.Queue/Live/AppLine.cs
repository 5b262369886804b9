namespace Atelier.Queue.Live;

/// <summary>One app's waiting jobs: their order for claims and their positions for callers.</summary>
/// <remarks>Guarded by <see cref="LiveJobs"/>' lock.</remarks>
sealed class AppLine(string app)
{
    const int Priorities = 2;

    readonly OrderStatistic[] _order = [new(), new()];
    readonly int[] _nextPlace = new int[Priorities];
    readonly int[] _waiting = new int[Priorities];

    // Stale entries (cancelled, or claimed meanwhile) stay until they come up and are skipped then.
    readonly PriorityQueue<LiveJob, (JobPriority, long)> _ready = new();

    // Everything of this app that has a place, waiting or running: what a renumbering must move.
    readonly HashSet<LiveJob> _placed = [];

    public string App { get; } = app;

    public int Waiting => _waiting[0] + _waiting[1];

    /// <summary>Waiting jobs that may run now.</summary>
    public int Ready { get; private set; }

    /// <summary>
    /// Puts a job in line, a returning one at its old place. A job that must wait becomes ready later.
    /// </summary>
    public void Enter(LiveJob job, bool ready)
    {
        if (job.Place < 0)
        {
            job.Place = NextPlace(job.Priority);
            _placed.Add(job);
        }

        job.InLine = true;
        _order[(int)job.Priority].Add(job.Place, 1);
        _waiting[(int)job.Priority]++;
        if (ready)
        {
            MakeReady(job);
        }
    }

    /// <summary>The job may be claimed from now on.</summary>
    public void MakeReady(LiveJob job)
    {
        job.NotBefore = null;
        Ready++;
        _ready.Enqueue(job, (job.Priority, job.Seq));
    }

    /// <summary>Takes a job out of line; it keeps its place until it is <see cref="Forget"/>.</summary>
    public void Leave(LiveJob job)
    {
        if (!job.InLine)
        {
            return;
        }

        job.InLine = false;
        _order[(int)job.Priority].Add(job.Place, -1);
        _waiting[(int)job.Priority]--;
        if (job.NotBefore is null)
        {
            Ready--;
        }
    }

    public void Forget(LiveJob job)
    {
        Leave(job);
        _placed.Remove(job);
        job.Place = -1;
    }

    /// <summary>The next job that may run, taken out of line; null when there is none.</summary>
    public LiveJob? TakeNext()
    {
        while (_ready.TryDequeue(out var job, out _))
        {
            if (job is { InLine: true, NotBefore: null })
            {
                Leave(job);
                return job;
            }
        }

        return null;
    }

    public int Position(LiveJob job)
    {
        if (!job.InLine)
        {
            return -1;
        }

        var before = _order[(int)job.Priority].Before(job.Place);
        return job.Priority is JobPriority.Normal ? before : before + _waiting[(int)JobPriority.Normal];
    }

    int NextPlace(JobPriority priority)
    {
        var index = (int)priority;
        if (_nextPlace[index] == _order[index].Capacity)
        {
            Renumber(priority);
        }

        return _nextPlace[index]++;
    }

    // Places only grow, so the tree fills up; the jobs that are left move together, which doubles the room at least
    // and so costs O(log n) a job over time.
    void Renumber(JobPriority priority)
    {
        var index = (int)priority;
        var jobs = _placed.Where(job => job.Priority == priority).OrderBy(job => job.Place).ToList();
        _order[index].Clear(2 * jobs.Count);
        for (var place = 0; place < jobs.Count; place++)
        {
            jobs[place].Place = place;
            if (jobs[place].InLine)
            {
                _order[index].Add(place, 1);
            }
        }

        _nextPlace[index] = jobs.Count;
    }
}

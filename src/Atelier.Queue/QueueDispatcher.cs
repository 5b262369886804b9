using System.Collections.Concurrent;
using Atelier.Queue.Dispatching;

namespace Atelier.Queue;

/// <summary>Claims ready jobs as slots come free, runs them and stores their outcomes.</summary>
/// <remarks>
/// Each app with ready jobs has one pump: slots first, then one claim for as many jobs as slots, then the runs, which
/// the pump does not wait for. Outcomes are written in batches beside it; a slot is free as soon as its run ends, so
/// the next claim never waits for a commit.
/// </remarks>
public sealed class QueueDispatcher : IDisposable
{
    readonly IQueueStore _store;
    readonly JobHandler _handler;
    readonly QueueDispatcherOptions _options;
    readonly TimeProvider _time;
    readonly OutcomeWriter _outcomes;

    // One entry an app; a pump marks itself idle or busy there.
    readonly ConcurrentDictionary<string, AppPump> _pumps = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, RunningJob> _running = new(StringComparer.Ordinal);
    readonly CancellationTokenSource _claiming = new();
    readonly CancellationTokenSource _stopped = new();
    Task _renewing = Task.CompletedTask;

    public QueueDispatcher(
        IQueueStore store, JobHandler handler, QueueDispatcherOptions options, TimeProvider time)
    {
        (_store, _handler, _options, _time) = (store, handler, options, time);
        _outcomes = new(store, options, time);
    }

    /// <summary>Jobs whose handler runs now.</summary>
    public int Running => _running.Count;

    /// <summary>Begins to claim: what waits already, and what comes.</summary>
    public void Start()
    {
        _store.CancelRequested += Cancel;
        _store.BecameReady += Wake;
        foreach (var app in _store.WaitingApps)
        {
            Wake(app);
        }

        _renewing = RenewAsync();
    }

    /// <summary>
    /// Stops claiming, waits up to the grace for running work, then cancels the rest and puts it back, its attempt not
    /// counted. Returns once every outcome is on disk, or cannot be written.
    /// </summary>
    public async Task StopAsync(TimeSpan grace)
    {
        _store.BecameReady -= Wake;
        await _claiming.CancelAsync();
        await Task.WhenAll(_pumps.Values.Select(pump => pump.Idle));
        await WhenAllEndAsync(grace);
        await _stopped.CancelAsync();
        foreach (var job in _running.Values)
        {
            // Put back whether or not the handler heeds its token: its outcome, if it comes, is not stored.
            if (job.TryEnd())
            {
                _outcomes.Add(new(job.Lease.JobId, job.Lease.Attempt, new JobOutcome.Interrupted()));
            }

            job.Cancel();
        }

        await _renewing;
        await _outcomes.CloseAsync();
        _store.CancelRequested -= Cancel;
    }

    /// <summary>After <see cref="StopAsync"/>.</summary>
    public void Dispose()
    {
        _outcomes.Dispose();
        _claiming.Dispose();
        _stopped.Dispose();
    }

    async Task WhenAllEndAsync(TimeSpan grace)
    {
        try
        {
            await Task.WhenAll(_running.Values.Select(job => job.Left)).WaitAsync(grace, _time);
        }
        catch (TimeoutException)
        {
            // The rest is put back by the caller.
        }
    }

    void Wake(string app) =>
        _pumps.GetOrAdd(app, static (name, self) => new(name, self._store, self._options, self._time, self.Begin), this)
            .Wake(_claiming.Token);

    void Cancel(string jobId)
    {
        if (_running.TryGetValue(jobId, out var job))
        {
            job.Cancel();
        }
    }

    // Runs on the pump's thread until the handler first waits: an app in this process costs no thread switch.
    void Begin(Lease lease, IDisposable slot)
    {
        var job = new RunningJob(lease, slot);
        _running[lease.JobId] = job;
        _ = RunAsync(job);

        // The request to cancel may have come between the claim and the line above.
        var now = _store.FindAsync(lease.JobId, lease.Job.AccountId, CancellationToken.None);
        if (now is { IsCompletedSuccessfully: true, Result.CancelRequested: true })
        {
            job.Cancel();
        }
    }

    async Task RunAsync(RunningJob job)
    {
        var outcome = await RunHandlerAsync(job);
        if (job.TryEnd())
        {
            _outcomes.Add(new(job.Lease.JobId, job.Lease.Attempt, outcome));
        }

        _running.TryRemove(KeyValuePair.Create(job.Lease.JobId, job));
        job.Dispose();
    }

    async Task<JobOutcome> RunHandlerAsync(RunningJob job)
    {
        try
        {
            return await _handler(job.Lease, job.Token);
        }
        catch (OperationCanceledException) when (job.Token.IsCancellationRequested)
        {
            // Whoever cancelled: the store knows whether the caller did, and with which answer the job then completes.
            return new JobOutcome.Interrupted();
        }
#pragma warning disable CA1031 // The one catch-all: an app's fault ends its job, never the dispatcher.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _options.OnFault(job.Lease, fault);
            return new JobOutcome.Completed(PlatformAnswers.Internal);
        }
    }

    async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(_options.RenewEvery, _time);
        while (await WaitAsync(timer))
        {
            var jobs = _running.Values.ToList();
            if (jobs.Count == 0)
            {
                continue;
            }

            try
            {
                var held = await _store.RenewAsync(
                    [.. jobs.Select(job => (job.Lease.JobId, job.Lease.Attempt))], _options.LeaseTime,
                    CancellationToken.None);
                for (var index = 0; index < jobs.Count; index++)
                {
                    if (!held[index] && jobs[index].TryEnd())
                    {
                        // Someone else may have the job: this outcome would be refused, so the work is wasted.
                        jobs[index].Cancel();
                    }
                }
            }
            catch (QueueUnavailableException fault)
            {
                _options.OnUnavailable(fault);
            }
        }
    }

    async Task<bool> WaitAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_stopped.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

namespace Atelier.Queue.Dispatching;

/// <summary>
/// Claims one app's jobs while there are any: slots first, so that nothing is leased that cannot run.
/// </summary>
sealed class AppPump(
    string app, IQueueStore store, QueueDispatcherOptions options, TimeProvider time, Action<Lease, IDisposable> begin)
{
    /// <summary>The pause after the store could not write.</summary>
    static readonly TimeSpan UnavailablePause = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();

    // Both guarded by the gate.
    bool _pumping;
    Task _idle = Task.CompletedTask;

    /// <summary>Completes when the pump rests.</summary>
    public Task Idle
    {
        get
        {
            lock (_gate)
            {
                return _idle;
            }
        }
    }

    public void Wake(CancellationToken stopping)
    {
        lock (_gate)
        {
            if (!_pumping && !stopping.IsCancellationRequested)
            {
                _pumping = true;
                _idle = Task.Run(() => PumpAsync(stopping), CancellationToken.None);
            }
        }
    }

    async Task PumpAsync(CancellationToken stopping)
    {
        while (GoOn(stopping))
        {
            List<IDisposable> slots = [];
            try
            {
                slots.Add(options.TryTakeSlot(app) ?? await options.TakeSlot(app, stopping));
                var wanted = Math.Min(store.Ready(app), options.ClaimMax);
                while (slots.Count < wanted && options.TryTakeSlot(app) is { } slot)
                {
                    slots.Add(slot);
                }

                // Not cancelled once begun: what was leased must be run or put back.
                var leases = await store.ClaimAsync(app, slots.Count, options.LeaseTime, CancellationToken.None);
                foreach (var lease in leases)
                {
                    var slot = slots[^1];
                    slots.RemoveAt(slots.Count - 1);
                    begin(lease, slot);
                }
            }
            catch (OperationCanceledException)
            {
                // Stopping; the loop's condition ends it.
            }
            catch (QueueUnavailableException fault)
            {
                options.OnUnavailable(fault);
                await PauseAsync(stopping);
            }
            finally
            {
                foreach (var slot in slots)
                {
                    slot.Dispose();
                }
            }
        }
    }

    bool GoOn(CancellationToken stopping)
    {
        lock (_gate)
        {
            // A job that becomes ready after this look wakes the pump again: its wake-up waits for the gate.
            _pumping = !stopping.IsCancellationRequested && store.Ready(app) > 0;
            return _pumping;
        }
    }

    async Task PauseAsync(CancellationToken stopping)
    {
        try
        {
            await Task.Delay(UnavailablePause, time, stopping);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}

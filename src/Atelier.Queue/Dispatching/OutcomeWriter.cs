using System.Threading.Channels;

namespace Atelier.Queue.Dispatching;

/// <summary>Stores outcomes in batches, several at once, and tries again while the store is unavailable.</summary>
sealed class OutcomeWriter : IDisposable
{
    const int BatchMax = 256;

    /// <summary>Batches on their way at once: the next must not wait for the commit of the one before it.</summary>
    const int InFlightMax = 16;

    static readonly TimeSpan UnavailablePause = TimeSpan.FromSeconds(1);

    // Bounded by the number of running jobs: each adds one outcome.
    readonly Channel<FinishedAttempt> _outcomes = Channel.CreateUnbounded<FinishedAttempt>(
        new UnboundedChannelOptions { SingleReader = true });

    readonly SemaphoreSlim _inFlight = new(InFlightMax);
    readonly CancellationTokenSource _closing = new();
    readonly IQueueStore _store;
    readonly QueueDispatcherOptions _options;
    readonly TimeProvider _time;
    readonly Task _loop;

    public OutcomeWriter(IQueueStore store, QueueDispatcherOptions options, TimeProvider time)
    {
        (_store, _options, _time) = (store, options, time);
        _loop = Task.Run(RunAsync);
    }

    public void Add(FinishedAttempt outcome) => _outcomes.Writer.TryWrite(outcome);

    /// <summary>Returns once every outcome is stored, or was refused a last time.</summary>
    public async Task CloseAsync()
    {
        _outcomes.Writer.TryComplete();
        await _closing.CancelAsync();
        await _loop;
        for (var taken = 0; taken < InFlightMax; taken++)
        {
            await _inFlight.WaitAsync();
        }
    }

    public void Dispose()
    {
        _inFlight.Dispose();
        _closing.Dispose();
    }

    async Task RunAsync()
    {
        while (await _outcomes.Reader.WaitToReadAsync())
        {
            await _inFlight.WaitAsync();
            List<FinishedAttempt> batch = [];
            while (batch.Count < BatchMax && _outcomes.Reader.TryRead(out var outcome))
            {
                batch.Add(outcome);
            }

            _ = StoreAsync(batch);
        }
    }

    async Task StoreAsync(List<FinishedAttempt> batch)
    {
        try
        {
            await StoreUntilLastAsync(batch);
        }
        finally
        {
            _inFlight.Release();
        }
    }

    async Task StoreUntilLastAsync(List<FinishedAttempt> batch)
    {
        var stored = false;
        var last = false;
        while (!stored && !last)
        {
            last = _closing.IsCancellationRequested;
            try
            {
                await _store.FinishAsync(batch, CancellationToken.None);
                stored = true;
            }
            catch (QueueUnavailableException fault)
            {
                // The leases are lost in the end if this lasts; the jobs then run again.
                _options.OnUnavailable(fault);
                await Task.Delay(UnavailablePause, _time, _closing.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}

using Atelier.Queue;

namespace Atelier.Server.Queue;

/// <summary>Holds the status of an unfinished request for a moment, so that a client that polls twice a second sees a
/// short job finish at once.</summary>
sealed class StatusHolds(IQueueStore store, QueueOptions options, TimeProvider time)
{
    // Changed by every request's own thread, interlocked.
    int _held;

    /// <summary>Returns when the job is completed, the hold's time is over, the caller is gone, or at once.</summary>
    /// <returns>Whether time passed: what was known of the job may be old.</returns>
    /// <remarks>It waits on the store's signal and never asks again: the number of holds costs no reads.</remarks>
    public async ValueTask<bool> WaitAsync(string jobId, CancellationToken cancellationToken)
    {
        if (options.StatusHoldMs == 0 || Interlocked.Increment(ref _held) > options.StatusHoldsMax)
        {
            if (options.StatusHoldMs != 0)
            {
                Interlocked.Decrement(ref _held);
            }

            return false;
        }

        using var release = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var completed = store.CompletionAsync(jobId, release.Token);
            if (!completed.IsCompleted)
            {
                var over = Task.Delay(TimeSpan.FromMilliseconds(options.StatusHoldMs), time, release.Token);
                await Task.WhenAny(completed, over);
            }

            return true;
        }
        finally
        {
            await release.CancelAsync();
            Interlocked.Decrement(ref _held);
        }
    }
}

namespace Atelier.Queue;

/// <summary>The queue's housekeeping: expired leases and start deadlines, payload retention, free pages.</summary>
/// <param name="onUnavailable">Takes what the store could not do, for the log; the next round tries again.</param>
public sealed class QueueMaintenance(
    IQueueStore store, TimeProvider time, Action<QueueUnavailableException> onUnavailable)
{
    /// <summary>
    /// How late a start deadline may be noticed. A round without anything due is a look at memory, so it can be short.
    /// </summary>
    public static readonly TimeSpan RescueEvery = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);

    /// <summary>Works until the token is cancelled. The first sweep comes with the first round.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(RescueEvery, time);
        var nextSweep = time.GetUtcNow();
        while (await TickAsync(timer, cancellationToken))
        {
            try
            {
                await store.RescueAsync(CancellationToken.None);
                if (time.GetUtcNow() >= nextSweep)
                {
                    nextSweep = time.GetUtcNow() + SweepEvery;
                    await store.SweepAsync(CancellationToken.None);
                }
            }
            catch (QueueUnavailableException fault)
            {
                onUnavailable(fault);
            }
        }
    }

    static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

namespace Atelier.Queue;

/// <summary>The queue's housekeeping: expired leases and start deadlines, payload retention, free pages.</summary>
public sealed class QueueMaintenance(
    IQueueStore store, TimeProvider time, Action<QueueUnavailableException> onUnavailable)
{
    /// <summary>Works until the token is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{store}{time}{onUnavailable}");
}

namespace Atelier.Queue;

/// <summary>Claims ready jobs as slots come free, runs them and stores their outcomes.</summary>
public sealed class QueueDispatcher(
    IQueueStore store, JobHandler handler, QueueDispatcherOptions options, TimeProvider time)
{
    /// <summary>Begins to claim.</summary>
    public void Start() => throw new NotSupportedException($"{store}{handler}{options}{time}");

    /// <summary>Stops claiming, waits up to the grace for running work, cancels the rest and puts it back uncounted.</summary>
    public Task StopAsync(TimeSpan grace) => throw new NotSupportedException();
}

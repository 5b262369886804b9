namespace Atelier.Queue;

/// <summary>What a <see cref="QueueDispatcher"/> needs from its host.</summary>
public sealed record QueueDispatcherOptions
{
    /// <summary>A slot of the app now, or null when none is free. Disposing it gives it back.</summary>
    public required Func<string, IDisposable?> TryTakeSlot { get; init; }

    /// <summary>A slot of the app, in arrival order with everyone else who waits for one.</summary>
    public required Func<string, CancellationToken, Task<IDisposable>> TakeSlot { get; init; }

    /// <summary>
    /// Takes a handler's fault, for the log. The caller of the job sees only <c>Internal Server Error</c>.
    /// </summary>
    public Action<Lease, Exception> OnFault { get; init; } = static (_, _) => { };

    /// <summary>Takes what the store could not do, for the log; the dispatcher tries again.</summary>
    public Action<QueueUnavailableException> OnUnavailable { get; init; } = static _ => { };

    /// <summary>How long a claim holds without renewal.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How often held leases are renewed; a third of <see cref="LeaseTime"/>, so that two renewals may fail.
    /// </summary>
    public TimeSpan RenewEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Jobs that one claim takes at most.</summary>
    public int ClaimMax { get; init; } = 64;
}

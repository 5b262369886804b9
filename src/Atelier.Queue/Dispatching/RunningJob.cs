namespace Atelier.Queue.Dispatching;

/// <summary>One attempt in this process: its lease, its slot, its cancellation, and who may still end it.</summary>
sealed class RunningJob(Lease lease, IDisposable slot) : IDisposable
{
    readonly CancellationTokenSource _cancellation = new();
    readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _ended;

    public Lease Lease { get; } = lease;

    public CancellationToken Token => _cancellation.Token;

    /// <summary>Completes when the handler has returned and the slot is free.</summary>
    public Task Left => _left.Task;

    /// <summary>True once: to the one who decides the attempt's outcome.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _ended, 1) == 0;

    public void Cancel()
    {
        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended in the meantime.
        }
    }

    public void Dispose()
    {
        slot.Dispose();
        _cancellation.Dispose();
        _left.SetResult();
    }
}

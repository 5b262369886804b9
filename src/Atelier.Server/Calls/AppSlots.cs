namespace Atelier.Server.Calls;

/// <summary>
/// How many calls of one app may run at once: runners at most, times what one runner works on. Queued work and sync
/// runs wait here in arrival order.
/// </summary>
public sealed class AppSlots(int capacity)
{
    readonly Lock _gate = new();
    readonly LinkedList<TaskCompletionSource<IDisposable>> _waiting = [];
    int _free = capacity;

    public int Capacity { get; } = capacity;

    /// <summary>Slots that are out now.</summary>
    public int InUse
    {
        get
        {
            lock (_gate)
            {
                return Capacity - _free;
            }
        }
    }

    /// <summary>Calls that wait for a slot now.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>A slot now, or null when none is free or others wait.</summary>
    public IDisposable? TryTake()
    {
        lock (_gate)
        {
            if (_free == 0 || _waiting.Count > 0)
            {
                return null;
            }

            _free--;
            return new Slot(this);
        }
    }

    /// <summary>A slot, in arrival order. Disposing it gives it back.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource<IDisposable>> node;
        lock (_gate)
        {
            if (_free > 0 && _waiting.Count == 0)
            {
                _free--;
                return new Slot(this);
            }

            node = _waiting.AddLast(new TaskCompletionSource<IDisposable>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await using var registration = cancellationToken.Register(() => Abandon(node, cancellationToken));
        return await node.Value.Task;
    }

    void Abandon(LinkedListNode<TaskCompletionSource<IDisposable>> node, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Already handed out: the owner has the slot and disposes it.
            if (node.List is not null)
            {
                _waiting.Remove(node);
                node.Value.TrySetCanceled(cancellationToken);
            }
        }
    }

    void Return()
    {
        lock (_gate)
        {
            if (_waiting.First is { } next)
            {
                _waiting.RemoveFirst();
                next.Value.SetResult(new Slot(this));
            }
            else
            {
                _free++;
            }
        }
    }

    sealed class Slot(AppSlots owner) : IDisposable
    {
        int _returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
            {
                owner.Return();
            }
        }
    }
}

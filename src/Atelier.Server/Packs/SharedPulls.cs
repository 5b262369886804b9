namespace Atelier.Server.Packs;

/// <summary>
/// Lets callers that want the same pack at the same time wait for one pull. The pull ends early only when the last of
/// them has gone.
/// </summary>
sealed class SharedPulls
{
    readonly Lock _gate = new();
    readonly Dictionary<string, Pull> _running = new(StringComparer.Ordinal);

    /// <summary>Joins the running pull of this key, or starts one.</summary>
    /// <param name="progress">Takes this caller's share of the news, from any thread.</param>
    public async Task RunAsync(
        string key,
        Func<Action<PackProgress>, CancellationToken, Task> start,
        Action<PackProgress> progress,
        CancellationToken cancellationToken)
    {
        Pull pull;
        lock (_gate)
        {
            if (!_running.TryGetValue(key, out pull!))
            {
                _running[key] = pull = new();
                pull.Work = Task.Run(() => start(pull.Report, pull.Stop.Token), CancellationToken.None);
            }

            pull.Listeners.Add(progress);
        }

        try
        {
            await pull.Work.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave(key, pull, progress);
        }
    }

    void Leave(string key, Pull pull, Action<PackProgress> progress)
    {
        lock (_gate)
        {
            pull.Listeners.Remove(progress);
            if (pull.Listeners.Count > 0 && !pull.Work.IsCompleted)
            {
                return;
            }

            // From here on a new caller starts a new pull; the pack's file lock lets it wait for this one's end.
            if (_running.GetValueOrDefault(key) == pull)
            {
                _running.Remove(key);
            }
        }

        pull.Stop.Cancel();
    }

    sealed class Pull
    {
        public CancellationTokenSource Stop { get; } = new();

        public Task Work { get; set; } = Task.CompletedTask;

        // Guarded by the gate of the owner for writing; copied on write, so that reports need no lock.
        public ListenerList Listeners { get; } = new();

        public void Report(PackProgress progress) => Listeners.Tell(progress);
    }

    sealed class ListenerList
    {
        volatile Action<PackProgress>[] _listeners = [];

        public int Count => _listeners.Length;

        public void Add(Action<PackProgress> listener) => _listeners = [.. _listeners, listener];

        public void Remove(Action<PackProgress> listener)
        {
            var at = Array.IndexOf(_listeners, listener);
            _listeners = [.. _listeners[..at], .. _listeners[(at + 1)..]];
        }

        public void Tell(PackProgress progress)
        {
            foreach (var listener in _listeners)
            {
                listener(progress);
            }
        }
    }
}

namespace Atelier.Server.Hosting;

/// <summary>The life of this server process, as <c>/health</c> tells it.</summary>
public sealed class ServerState(TimeProvider time)
{
    // Written by request threads (activity) and by the lifetime (draining, ready); read by anyone.
    long _lastActivity = time.GetTimestamp();
    volatile bool _draining;
    volatile bool _ready;

    /// <summary>Made anew at each start.</summary>
    public string Instance { get; } = Guid.CreateVersion7().ToString("N");

    /// <summary>Listening, with the queue open.</summary>
    public bool IsReady => _ready && !_draining;

    /// <summary>SIGTERM came: nothing new is claimed.</summary>
    public bool IsDraining => _draining;

    public TimeSpan IdleFor => time.GetElapsedTime(Interlocked.Read(ref _lastActivity));

    public void MarkReady() => _ready = true;

    public void MarkDraining() => _draining = true;

    public void MarkActive() => Interlocked.Exchange(ref _lastActivity, time.GetTimestamp());
}

using System.Diagnostics.CodeAnalysis;

namespace Atelier.Server.Hosting;

/// <summary>The life of this server process, as <c>/health</c> tells it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process.")]
public sealed class ServerState(TimeProvider time)
{
    readonly CancellationTokenSource _drainBegun = new();
    readonly CancellationTokenSource _graceOver = new(Timeout.InfiniteTimeSpan, time);

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

    /// <summary>Cancelled when <see cref="IsDraining"/> becomes true.</summary>
    public CancellationToken DrainBegun => _drainBegun.Token;

    /// <summary>Cancelled when running work has had its time after SIGTERM.</summary>
    public CancellationToken GraceOver => _graceOver.Token;

    /// <param name="grace">How long running work may go on.</param>
    public void MarkDraining(TimeSpan grace)
    {
        _draining = true;
        _graceOver.CancelAfter(grace);
        _drainBegun.Cancel();
    }

    public void MarkActive() => Interlocked.Exchange(ref _lastActivity, time.GetTimestamp());
}

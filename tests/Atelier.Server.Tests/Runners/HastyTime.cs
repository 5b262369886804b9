namespace Atelier.Tests.Runners;

/// <summary>
/// A clock that a test moves, whose short timers run by themselves: waiting for a real process to become ready takes
/// real time, waiting for it to be idle for a minute does not.
/// </summary>
sealed class HastyTime : TimeProvider
{
    static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    readonly ManualTime _manual = new();

    public override long TimestampFrequency => _manual.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _manual.GetUtcNow();

    public override long GetTimestamp() => _manual.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        dueTime >= TimeSpan.Zero && dueTime <= Short
            ? System.CreateTimer(callback, state, dueTime, period)
            : _manual.CreateTimer(callback, state, dueTime, period);

    public void Advance(TimeSpan by) => _manual.Advance(by);
}

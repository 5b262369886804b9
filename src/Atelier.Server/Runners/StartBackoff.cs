namespace Atelier.Server.Runners;

/// <summary>Counts an app's failed starts in a row and spaces the next ones.</summary>
/// <remarks>Not thread-safe: the fleet's gate guards it.</remarks>
sealed class StartBackoff(TimeProvider time)
{
    /// <summary>Failed starts in a row after which the waiting requests are given up.</summary>
    public const int GiveUpAfter = 3;

    static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    DateTimeOffset _lastFailure = DateTimeOffset.MinValue;

    /// <summary>Failed starts in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>How long to wait before the next start; zero when it may be now.</summary>
    public TimeSpan Wait
    {
        get
        {
            var left = _lastFailure + Pause - time.GetUtcNow();
            return Failures == 0 || left < TimeSpan.Zero ? TimeSpan.Zero : left;
        }
    }

    TimeSpan Pause
    {
        get
        {
            var doubled = First * Math.Pow(2, Math.Min(Failures - 1, 10));
            return doubled < Longest ? doubled : Longest;
        }
    }

    /// <summary>Starts that failed side by side count once: they have the same cause.</summary>
    public void Failed(DateTimeOffset startedAt)
    {
        if (startedAt >= _lastFailure)
        {
            Failures++;
            _lastFailure = time.GetUtcNow();
        }
    }

    public void Succeeded() => Failures = 0;
}

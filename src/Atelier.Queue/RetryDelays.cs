namespace Atelier.Queue;

/// <summary>
/// How long a failed attempt waits: 0.5 s, doubling to 30 s, each shortened by up to a quarter at random.
/// </summary>
/// <remarks>The jitter keeps jobs that failed together from coming back together.</remarks>
public sealed class RetryDelays(Random random)
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The wait after a failed attempt; <paramref name="attempt"/> counts from 1. Safe from any thread.
    /// </summary>
    public TimeSpan After(int attempt)
    {
        // 2^6 halves of a second pass the cap: larger exponents would only overflow.
        var full = First * (1 << Math.Clamp(attempt - 1, 0, 6));
        double share;
        lock (random)
        {
            share = random.NextDouble();
        }

        return (full < Longest ? full : Longest) * (1 - (0.25 * share));
    }
}

using System.ComponentModel.DataAnnotations;

namespace Atelier.Server.Queue;

/// <summary>Settings of the queue's routes.</summary>
sealed class QueueOptions
{
    public const string Section = "queue";

    /// <summary>Milliseconds that the status of an unfinished request is held for its completion; 0 answers at once.</summary>
    /// <value>40: far below every client's poll interval, far above a short job.</value>
    [Range(0, 4000)]
    public int StatusHoldMs { get; set; } = 40;

    /// <summary>Held status requests at most; further ones are answered at once.</summary>
    [Range(0, 100_000)]
    public int StatusHoldsMax { get; set; } = 2000;

    /// <summary>Open status streams at most; above it the answer is 503, and clients poll.</summary>
    [Range(0, 1_000_000)]
    public int StatusStreamsMax { get; set; } = 10_000;
}

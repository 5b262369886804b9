namespace Atelier.Queue;

/// <summary>
/// The right to work on a job until a deadline. <see cref="Attempt"/> is the fence: only its holder may finish.
/// </summary>
public sealed record Lease
{
    public required string JobId { get; init; }

    /// <summary>From 1.</summary>
    public required int Attempt { get; init; }

    public required Job Job { get; init; }
    public required ReadOnlyMemory<byte> Input { get; init; }
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>How often a runner died of a signal while it held this job, counted over all attempts.</summary>
    public required int RunnerDeaths { get; init; }

    public required int MaxAttempts { get; init; }

    /// <summary>When processing must have started, see <see cref="NewJob.StartBefore"/>; null is no deadline.</summary>
    public DateTimeOffset? StartBefore { get; init; }
}

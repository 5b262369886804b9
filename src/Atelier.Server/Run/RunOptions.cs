using System.ComponentModel.DataAnnotations;

namespace Atelier.Server.Run;

/// <summary>Settings of sync runs.</summary>
sealed class RunOptions
{
    public const string Section = "run";

    /// <summary>How long a run waits for a free runner when its caller did not say.</summary>
    /// <value>10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Runs of one app that may wait for a free runner; above it the answer is 429.</summary>
    [Range(0, 1_000_000)]
    public int WaitingMax { get; set; } = 1000;

    /// <summary>One event of a streamed answer at most, in bytes; a longer one breaks the answer off.</summary>
    /// <value>16 MiB: an event waits in memory until it is whole.</value>
    [Range(1024, 1024 * 1024 * 1024)]
    public int EventMaxBytes { get; set; } = 16 * 1024 * 1024;
}

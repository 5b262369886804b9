using System.ComponentModel.DataAnnotations;

namespace Atelier.Server.Outbound;

/// <summary>Limits of requests to addresses that callers give.</summary>
public sealed class OutboundOptions
{
    public const string Section = "outbound";

    /// <summary>
    /// Networks (<c>10.1.0.0/16</c>), addresses or host names that may be reached although they are private.
    /// </summary>
    /// <value>Default: none.</value>
    public string[] AllowPrivate { get; set; } = [];

    /// <summary>The largest download, in bytes.</summary>
    /// <value>Default: 512 MiB.</value>
    [Range(1, long.MaxValue)]
    public long MaxBytes { get; set; } = 512L << 20;

    /// <summary>How long connecting and waiting for the answer's headers may take, each redirect anew.</summary>
    /// <value>Default: 20 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan FirstByteTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a whole download may take, redirects included.</summary>
    /// <value>Default: 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromMinutes(5);
}

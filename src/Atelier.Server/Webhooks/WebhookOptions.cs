using System.ComponentModel.DataAnnotations;

namespace Atelier.Server.Webhooks;

/// <summary>How results are sent to the addresses that callers named.</summary>
sealed class WebhookOptions
{
    public const string Section = "webhooks";

    /// <summary>
    /// Networks (<c>10.1.0.0/16</c>), addresses or host names that may be called although they are private.
    /// </summary>
    /// <value>Default: none.</value>
    public string[] AllowPrivate { get; set; } = [];

    /// <summary>How long the first attempt may take, from the connection to the answer's headers.</summary>
    /// <value>Default: 15 seconds, as on fal.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan FirstTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a later attempt may take.</summary>
    /// <value>Default: 2 minutes, as on fal.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Failed attempts after which a webhook is given up. The end of the result's retention ends it too.</summary>
    /// <value>Default: 31, as on fal.</value>
    [Range(1, 1000)]
    public int AttemptsMax { get; set; } = 31;

    /// <summary>Before the second attempt; doubled each time.</summary>
    /// <value>Default: 14 seconds: the tenth attempt is then two hours after the first.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(14);

    /// <summary>Where the doubling ends.</summary>
    /// <value>Default: 36 hours: the 31st attempt is then 27 days after the first.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "30.00:00:00")]
    public TimeSpan RetryDelayMax { get; set; } = TimeSpan.FromHours(36);

    /// <summary>The longest wait that a receiver may ask for with <c>Retry-After</c>.</summary>
    /// <value>Default: 1 hour. A longer planned delay stays.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RetryAfterMax { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Attempts at once.</summary>
    /// <value>Default: 32.</value>
    [Range(1, 1024)]
    public int ConcurrencyMax { get; set; } = 32;

    /// <summary>Attempts at once at one receiver (host and port), so that a dead one leaves room for others.</summary>
    /// <value>Default: 4.</value>
    [Range(1, 1024)]
    public int ConcurrencyPerHostMax { get; set; } = 4;

    /// <summary>The largest payload that is sent, in bytes; beyond it the receiver is told to fetch the result.</summary>
    /// <value>Default: 8 MiB.</value>
    [Range(0, 1 << 30)]
    public int PayloadMaxBytes { get; set; } = 8 << 20;

    /// <summary>How long a new signature key is published before it signs: receivers cache the keys for a day.</summary>
    /// <value>Default: 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan KeyGrace { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long an old signature key stays published after the last signature with it.</summary>
    /// <value>Default: 1 day.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan KeyRetention { get; set; } = TimeSpan.FromDays(1);
}

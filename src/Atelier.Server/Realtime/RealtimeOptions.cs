using System.ComponentModel.DataAnnotations;

namespace Atelier.Server.Realtime;

/// <summary>Settings of WebSockets: realtime sessions, sockets of apps, HTTP over WebSocket.</summary>
sealed class RealtimeOptions
{
    public const string Section = "realtime";

    /// <summary>Open sockets at most; above it the answer is 429.</summary>
    [Range(0, 1_000_000)]
    public int SessionsMax { get; set; } = 10_000;

    /// <summary>One message of a caller at most.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MessageMaxBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How long a session waits for a free runner.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A socket on which neither side says anything for so long is closed. Apps have shorter limits of their own; this
    /// one ends what they forget.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often an open socket is told that this side is alive; 0 never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(30);
}

using System.ComponentModel.DataAnnotations;

namespace Atelier.Server.Hosting;

/// <summary>The server's own settings; they have no section.</summary>
public sealed class ServerOptions
{
    public const string Section = "";

    /// <summary>How much of an answer a reader must take in <see cref="SlowReaderTimeout"/>.</summary>
    public const int ReaderPartBytes = 64 * 1024;

    /// <summary>The address to listen on. Anything but loopback is reachable by others; keys are still needed.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The port; 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 8410;

    /// <summary>Serve fal's own host names over TLS as well, with a private certificate authority.</summary>
    public bool Tls { get; set; }

    /// <summary>The port for that; 0 takes a free one. Clients that keep fal's names unchanged need 443.</summary>
    [Range(0, 65535)]
    public int TlsPort { get; set; } = 443;

    /// <summary>The data folder; null is <c>$XDG_DATA_HOME/atelier</c>.</summary>
    public string? Data { get; set; }

    /// <summary>What callers reach this server as, when it stands behind a proxy: <c>https://media.example.org</c>.</summary>
    [HttpUrl]
    public string? PublicUrl { get; set; }

    /// <summary>Further host names that requests may carry, besides loopback, fal's and the public URL's.</summary>
    public string[] Hosts { get; set; } = [];

    /// <summary>
    /// Addresses or networks (<c>10.1.0.0/16</c>) of reverse proxies whose <c>X-Forwarded-Proto</c> and
    /// <c>X-Forwarded-Host</c> are believed. Nobody else's are, not even this machine's.
    /// </summary>
    [Networks]
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>A file with the ADMIN key, <c>id:secret</c>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The ADMIN key itself; visible in the process list, so only for throw-away servers.</summary>
    public string? Key { get; set; }

    /// <summary>Print the ready line as JSON.</summary>
    public bool Json { get; set; }

    /// <summary>Stop after this long without a request or work; 0 never does.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan IdleTimeout { get; set; }

    /// <summary>Serve only endpoints whose weights are those that the id names.</summary>
    public bool Exact { get; set; }

    /// <summary>Serve <c>atelier/echo</c> and <c>atelier/echo-process</c>.</summary>
    public bool Diagnostics { get; set; } = true;

    /// <summary>
    /// Where metrics and traces are sent, as OTLP over HTTP: <c>http://127.0.0.1:4318</c>. Null sends nothing anywhere.
    /// </summary>
    [HttpUrl]
    public string? OtlpEndpoint { get; set; }

    /// <summary>How long running work may take after SIGTERM before it is put back.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary><c>Trace Debug Information Warning Error</c>.</summary>
    [AllowedValues("Trace", "Debug", "Information", "Warning", "Error")]
    public string LogLevel { get; set; } = "Information";

    /// <summary>A JSON body at most, in bytes.</summary>
    [Range(1024, int.MaxValue)]
    public long JsonBodyMaxBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// A request body must go on arriving: below 240 bytes a second for this long ends it. Headers must be complete
    /// within it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan SlowBodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A reader must go on reading: one that takes less than 64 KiB of an answer in this time is let go.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan SlowReaderTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Open connections at most.</summary>
    [Range(16, 1_000_000)]
    public int ConnectionsMax { get; set; } = 20_000;
}

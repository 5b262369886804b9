using System.Collections.Frozen;

namespace Atelier.Server.Wire;

/// <summary>fal's host names, and which of them mean the same service (protocol §1).</summary>
public static class FalHosts
{
    public const string Run = "fal.run";
    public const string Queue = "queue.fal.run";
    public const string Rest = "rest.fal.ai";
    public const string Cdn = "v3.fal.media";
    public const string Api = "api.fal.ai";
    public const string Site = "fal.ai";

    /// <summary>HTTP over WebSocket (protocol §11).</summary>
    public const string Socket = "ws.fal.run";

    public const string Mcp = "mcp.fal.ai";

    static readonly FrozenDictionary<string, string> Canonical = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [Run] = Run,
        ["falrun.com"] = Run,
        [Queue] = Queue,
        ["queue.falrun.com"] = Queue,
        [Rest] = Rest,
        ["rest.alpha.fal.ai"] = Rest,
        [Cdn] = Cdn,
        ["v3b.fal.media"] = Cdn,
        ["v2.fal.media"] = Cdn,
        ["fal.media"] = Cdn,
        // What the SDK makes of a token's base_url for its older uploads.
        ["upload.v3b.fal.media"] = Cdn,
        ["upload.v3.fal.media"] = Cdn,
        ["upload.v2.fal.media"] = Cdn,
        ["upload.fal.media"] = Cdn,
        [Api] = Api,
        [Site] = Site,
        [Socket] = Socket,
        [Mcp] = Mcp,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        Canonical.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The canonical name, or null when it is none of fal's. The whole name must match: no suffix test.</summary>
    public static string? Find(ReadOnlySpan<char> host) => BySpan.TryGetValue(host, out var canonical) ? canonical : null;
}

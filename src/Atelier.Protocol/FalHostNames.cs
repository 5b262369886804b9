using System.Collections.Frozen;

namespace Atelier.Protocol;

/// <summary>
/// The host names that fal's clients and tools connect to, that an Atelier server can stand in for, and which of them
/// mean the same service (protocol §1).
/// </summary>
public static class FalHostNames
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

    /// <summary>Where fal's answers say that files are.</summary>
    public const string Download = "v3b.fal.media";

    static readonly (string Name, string Service)[] Known =
    [
        (Run, Run), (Queue, Queue), (Socket, Socket), (Rest, Rest), ("rest.alpha.fal.ai", Rest), (Api, Api),
        (Cdn, Cdn), (Download, Cdn), ("v2.fal.media", Cdn), ("fal.media", Cdn), (Mcp, Mcp),
        // What the SDK makes of a token's base_url for its older uploads.
        ("upload.v3b.fal.media", Cdn), ("upload.v3.fal.media", Cdn), ("upload.v2.fal.media", Cdn), ("upload.fal.media", Cdn),
        ("falrun.com", Run), ("queue.falrun.com", Queue), (Site, Site),
    ];

    static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Services = Known
        .ToFrozenDictionary(known => known.Name, known => known.Service, StringComparer.OrdinalIgnoreCase)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// The names that clients have built in, most used first. fal's login (<c>auth.fal.ai</c>) and documentation are not
    /// among them: those stay fal's own.
    /// </summary>
    public static IReadOnlyList<string> All { get; } = [.. Known.Select(known => known.Name)];

    /// <summary>
    /// The service that a host name means, by the constant that names it, or null when it is none of fal's. The whole
    /// name must match: no suffix test.
    /// </summary>
    public static string? Find(ReadOnlySpan<char> host) => Services.TryGetValue(host, out var service) ? service : null;
}

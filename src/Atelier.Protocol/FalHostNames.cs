namespace Atelier.Protocol;

/// <summary>The host names that fal's clients and tools connect to, and that an Atelier server can stand in for.</summary>
public static class FalHostNames
{
    /// <summary>
    /// The names that clients have built in (protocol §1), most used first. fal's login (<c>auth.fal.ai</c>) and
    /// documentation are not among them: those stay fal's own.
    /// </summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "fal.run", "queue.fal.run", "ws.fal.run", "rest.fal.ai", "rest.alpha.fal.ai", "api.fal.ai",
        "v3.fal.media", "v3b.fal.media", "v2.fal.media", "fal.media", "mcp.fal.ai",
        "upload.v3b.fal.media", "upload.v3.fal.media", "upload.v2.fal.media", "upload.fal.media",
        "falrun.com", "queue.falrun.com", "fal.ai",
    ];
}

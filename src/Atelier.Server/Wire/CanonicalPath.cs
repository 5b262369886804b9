using Atelier.Protocol;

namespace Atelier.Server.Wire;

/// <summary>Which service a path on our own host name means, and its path there.</summary>
/// <param name="Host">Canonical fal host, or null for routes of our own without prefix.</param>
public readonly record struct CanonicalPath(string? Host, string Path)
{
    /// <summary>Reads a path on our own host: a fal host as first segment, a reserved word, a request, else a sync run.</summary>
    public static CanonicalPath OfOwn(string path)
    {
        // A doubled slash names nobody: clients that join addresses by hand write them.
        var rest = path.AsSpan().TrimStart('/');
        var slash = rest.IndexOf('/');
        var first = slash < 0 ? rest : rest[..slash];
        if (FalHostNames.Find(first) is { } host)
        {
            return new(host, slash < 0 ? "/" : rest[slash..].ToString());
        }

        return first switch
        {
            "" or "health" or "metrics" => new(null, path),
            "storage" or "tokens" or ".well-known" => new(FalHostNames.Rest, path),
            "files" => new(FalHostNames.Cdn, path),
            "v1" => new(FalHostNames.Api, path),
            "api" => new(FalHostNames.Site, path),
            _ => new(IsRequest(rest) ? FalHostNames.Queue : FalHostNames.Run, path),
        };
    }

    /// <summary><c>owner/alias/requests/id…</c> works on every host of ours, so that any client's spelling is understood.</summary>
    static bool IsRequest(ReadOnlySpan<char> path) => path.Contains("/requests/", StringComparison.Ordinal);
}

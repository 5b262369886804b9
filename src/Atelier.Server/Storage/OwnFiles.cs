using Atelier.Protocol;

namespace Atelier.Server.Storage;

/// <summary>Tells URLs of this server's own files from others: those are never fetched, but read from disk.</summary>
static class OwnFiles
{
    /// <summary>The id in the URL, and whether the URL can only mean this server.</summary>
    /// <param name="filesBaseUrl">What URLs of ours begin with, as this caller sees the server.</param>
    /// <param name="localPort">The port that the caller reached.</param>
    /// <returns>
    /// Null when the URL does not name a file of ours. A fal address may be ours or fal's: it is not certain.
    /// </returns>
    public static (FileId Id, bool IsCertain)? Match(string url, string filesBaseUrl, int localPort)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var target)
            || target.Scheme is not ("http" or "https")
            || target.AbsolutePath.Split('/') is not [.., "files", "b", var folder, var name]
            || FileId.FromSegments(folder, name) is not { } id)
        {
            return null;
        }

        if (IsHere(target, filesBaseUrl, localPort))
        {
            return (id, true);
        }

        // A client that was pointed here by host name holds such URLs.
        return FalHostNames.Find(target.Host) is FalHostNames.Cdn ? (id, false) : null;
    }

    static bool IsHere(Uri target, string filesBaseUrl, int localPort) =>
        (target.IsLoopback && target.Port == localPort)
        || (Uri.TryCreate(filesBaseUrl, UriKind.Absolute, out var own)
            && own.Port == target.Port
            && string.Equals(own.Host, target.Host, StringComparison.OrdinalIgnoreCase));
}

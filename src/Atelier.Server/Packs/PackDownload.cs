using System.Diagnostics;

namespace Atelier.Server.Packs;

/// <summary>One file to be fetched: an npm tarball, or a file of a repository or web server.</summary>
/// <param name="Origin">Where it is.</param>
/// <param name="Path">The file within a Hugging Face repository; null otherwise.</param>
/// <param name="FileName">The name under which a folder of downloads would hold it.</param>
/// <param name="Bytes">Its size; one byte more is refused.</param>
/// <param name="Hash">What it must hash to before anything reads it.</param>
sealed record PackDownload(PackOrigin Origin, string? Path, string FileName, long Bytes, PackHash Hash)
{
    /// <summary>The downloads of a source, in the order of its files.</summary>
    public static IReadOnlyList<PackDownload> Of(PackSource source)
    {
        if (!PackOrigin.TryParse(source.From, out var origin))
        {
            throw new UnreachableException("The catalogue has checked every source.");
        }

        return origin is PackOrigin.Npm npm && PackHash.TryParse(source.Integrity ?? "", out var hash)
            ? [new(npm, null, npm.TarballName, source.DownloadBytes, hash)]
            : [.. source.Files.Select(file => new PackDownload(
                origin, file.Path, file.As.Split('/')[^1], file.Bytes, PackHash.Sha256(file.Sha256)))];
    }
}

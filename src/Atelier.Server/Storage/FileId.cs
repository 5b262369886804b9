using System.Security.Cryptography;

namespace Atelier.Server.Storage;

/// <summary>A file's id: 128 random bits, and all that is needed to find it.</summary>
/// <param name="Value">32 lower-case hexadecimal digits, so an id is safe as a file name.</param>
public readonly record struct FileId(string Value)
{
    const int Length = 32;
    const int FolderLength = 8;

    public static FileId New() => new(RandomNumberGenerator.GetHexString(Length, lowercase: true));

    /// <summary>
    /// Reads the two path segments of a file URL; what follows the id in the second one is decoration.
    /// </summary>
    public static FileId? FromSegments(string folder, string name)
    {
        const int rest = Length - FolderLength;
        if (folder.Length != FolderLength || name.Length < rest || (name.Length > rest && name[rest] != '_'))
        {
            return null;
        }

        return TryParse(folder + name[..rest]);
    }

    /// <summary>Reads an id; null for anything else.</summary>
    public static FileId? TryParse(string text) =>
        text.Length == Length && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f') ? new(text) : null;

    /// <summary>The path in the CDN's shape: <c>/files/b/{8 hex}/{24 hex}_{name}</c>.</summary>
    public string UrlPath(string fileName) => $"/files/b/{Segments(fileName)}";

    /// <summary><c>{8 hex}/{24 hex}_{name}</c>, the name made safe for URLs.</summary>
    public string Segments(string fileName) =>
        $"{Value[..FolderLength]}/{Value[FolderLength..]}_{FileName.ForUrl(fileName)}";

    public override string ToString() => Value;
}

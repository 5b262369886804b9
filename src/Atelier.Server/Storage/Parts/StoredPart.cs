using System.Globalization;

namespace Atelier.Server.Storage;

/// <summary>One part of an upload, on disk and synced.</summary>
/// <param name="Number">1 to 10 000; parts follow one another in this order.</param>
/// <param name="Size">Bytes, at least one.</param>
/// <param name="Sha256">Of its bytes, lower-case hexadecimal; the part's ETag.</param>
public sealed record StoredPart(int Number, long Size, string Sha256)
{
    /// <summary>The highest number, as in Amazon's S3, which fal's clients were written for.</summary>
    public const int NumberMax = 10_000;

    /// <summary>As it stands in the <c>ETag</c> header, in quotes.</summary>
    public string ETag => $"\"{Sha256}\"";

    /// <summary>The file's name says all that is known of it, so that a part needs no record.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Number:D5}.{Sha256}");

    /// <summary>Reads what <see cref="FileName"/> gave; null for anything else.</summary>
    public static StoredPart? FromFile(FileInfo file) =>
        file.Name.Split('.') is [{ Length: 5 } number, { Length: 64 } sha256]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? new(n, file.Length, sha256)
            : null;
}

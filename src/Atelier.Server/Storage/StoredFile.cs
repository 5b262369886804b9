namespace Atelier.Server.Storage;

/// <summary>What is known of a kept file; the JSON beside its content.</summary>
/// <param name="AccountId">Whose file it is.</param>
/// <param name="Sha256">Of the content, lower-case hexadecimal; also the strong ETag.</param>
/// <param name="Expires">From when on it is gone; null for never.</param>
public sealed record StoredFile(
    string Id,
    string ContentType,
    string FileName,
    long Size,
    string AccountId,
    DateTimeOffset Created,
    DateTimeOffset? Expires,
    string Sha256)
{
    /// <summary>The public address under a base without trailing slash.</summary>
    public string Url(string filesBaseUrl) => filesBaseUrl + new FileId(Id).UrlPath(FileName);
}

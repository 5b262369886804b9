using System.Text.Json.Serialization;
using Atelier.Server.Calls;

namespace Atelier.Server.Storage;

/// <summary>What is known of a kept file; the JSON beside its content.</summary>
/// <param name="AccountId">Whose file it is.</param>
/// <param name="Expires">From when on it is gone; null for never.</param>
/// <param name="Sha256">
/// Also the strong ETag. Of the content, lower-case hexadecimal; of a file in parts, the SHA-256 of its parts' SHA-256
/// in their order, then <c>-</c> and how many there are.
/// </param>
/// <param name="Acl">Who may read it besides its owner; null is everybody.</param>
/// <param name="Parts">The parts that make the content, in order; null when it is one file.</param>
public sealed record StoredFile(
    string Id,
    string ContentType,
    string FileName,
    long Size,
    string AccountId,
    DateTimeOffset Created,
    DateTimeOffset? Expires,
    string Sha256,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FileAcl? Acl = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<StoredPart>? Parts = null)
{
    /// <summary>The public address under a base without trailing slash.</summary>
    public string Url(string filesBaseUrl) => filesBaseUrl + new FileId(Id).UrlPath(FileName);
}

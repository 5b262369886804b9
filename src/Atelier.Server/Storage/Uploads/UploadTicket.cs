using System.Text.Json.Serialization;
using Atelier.Server.Calls;

namespace Atelier.Server.Storage;

/// <summary>What an <c>upload_url</c> allows: one body, up to a length, for one id, until a time.</summary>
/// <param name="ExpirationSeconds">Lifetime of the file, counted from its upload; null keeps the default.</param>
sealed record UploadTicket(
    string Id,
    string AccountId,
    string? ContentType,
    string FileName,
    long? ExpirationSeconds,
    FileAcl? Acl,
    long LimitBytes,
    DateTimeOffset ValidUntil)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
}

/// <summary>
/// An upload in parts: what it will be, and until when. The ticket is the upload's id on the wire, so that an upload
/// needs no record before its first part.
/// </summary>
/// <remarks>
/// It is part of a path and therefore no secret. Who sends it needs an <see cref="UploadPass"/>, or a key or token of
/// the account.
/// </remarks>
/// <param name="LimitBytes">Of all parts together.</param>
sealed record MultipartTicket(
    string Id,
    string AccountId,
    string? ContentType,
    string FileName,
    long? ExpirationSeconds,
    FileAcl? Acl,
    long LimitBytes,
    DateTimeOffset ValidUntil)
{
    [JsonIgnore]
    public NewFile File => new(
        AccountId,
        ContentType,
        FileName,
        ExpirationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        LimitBytes,
        Acl);
}

/// <summary>The right to send parts of one upload without a key; the upload's ticket says until when.</summary>
sealed record UploadPass(string Id);

/// <summary>The right to read one file whatever its access list says, until a time.</summary>
sealed record DownloadPass(string Id, DateTimeOffset ValidUntil);

/// <summary>What a CDN token allows: uploads in an account's name, until a time.</summary>
/// <param name="KeyId">The key that asked for it; its storage settings hold.</param>
sealed record CdnTicket(string AccountId, DateTimeOffset ValidUntil, string? KeyId = null)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
}

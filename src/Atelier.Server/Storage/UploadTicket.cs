namespace Atelier.Server.Storage;

/// <summary>What an <c>upload_url</c> allows: one body, up to a length, for one id, until a time.</summary>
/// <param name="ExpirationSeconds">Lifetime of the file, counted from its upload; null keeps the default.</param>
sealed record UploadTicket(
    string Id,
    string AccountId,
    string? ContentType,
    string FileName,
    long? ExpirationSeconds,
    long LimitBytes,
    DateTimeOffset ValidUntil)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
}

/// <summary>What a CDN token allows: uploads in an account's name, until a time.</summary>
sealed record CdnTicket(string AccountId, DateTimeOffset ValidUntil)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
}

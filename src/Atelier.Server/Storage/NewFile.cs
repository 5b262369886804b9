using Atelier.Server.Calls;

namespace Atelier.Server.Storage;

/// <summary>What a caller says about a file that is about to be kept.</summary>
/// <param name="ContentType">
/// As given; null, invalid or <c>application/octet-stream</c> is found out from the content.
/// </param>
/// <param name="FileName">As given.</param>
/// <param name="Expiration">Null keeps the server's default.</param>
/// <param name="Acl">Null lets everybody read it who knows its address.</param>
public sealed record NewFile(
    string AccountId, string? ContentType, string? FileName, TimeSpan? Expiration, long LimitBytes,
    FileAcl? Acl = null);

namespace Atelier.Server.Storage;

/// <summary>A part as the end of an upload names it.</summary>
/// <param name="Sha256">Its ETag without quotes.</param>
sealed record NamedPart(int Number, string Sha256);

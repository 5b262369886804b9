namespace Atelier.Server.Calls;

/// <summary>Stores a file that a call made, in the caller's name; the stream is read once and not disposed.</summary>
public delegate Task<SavedFile> SaveFile(
    CallRights rights, Stream content, string contentType, string fileName, CancellationToken cancellationToken);

/// <summary>A stored file, as file objects in answers name it.</summary>
/// <param name="FileSize">Bytes.</param>
public sealed record SavedFile(string Url, string ContentType, string FileName, long FileSize);

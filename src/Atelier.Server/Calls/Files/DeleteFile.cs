namespace Atelier.Server.Calls;

/// <summary>Deletes a file of this server by its URL, in the name of its account; null when the URL names none of its.</summary>
/// <remarks>A file that is gone already counts as deleted.</remarks>
public delegate DeletedFile? DeleteFile(CallRights rights, string url, int localPort);

/// <summary>What became of a file that was to be deleted.</summary>
/// <param name="Url">As it was given.</param>
/// <param name="Fault">Why it is still there; null when it is not.</param>
public sealed record DeletedFile(string Url, string? Fault);

namespace Atelier.Cli.Output;

/// <summary>A file of a result, on this machine.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Bytes">Its length.</param>
sealed record SavedFile(string Path, long Bytes);

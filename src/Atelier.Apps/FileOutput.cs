namespace Atelier.Apps;

/// <summary>A file in an answer. Every field is always there.</summary>
/// <param name="Url">Where it can be fetched, or a data URI in sync mode.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="FileName">Its name, without any path.</param>
/// <param name="FileSize">Bytes.</param>
public sealed record FileOutput(string Url, string ContentType, string FileName, long FileSize);

/// <summary>A picture in an answer; sizes in pixels.</summary>
public sealed record ImageOutput(string Url, string ContentType, string FileName, long FileSize, int Width, int Height);

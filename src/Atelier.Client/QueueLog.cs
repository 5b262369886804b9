namespace Atelier.Client;

/// <summary>One log line of a request.</summary>
/// <param name="Message">The text, as the app wrote it: it may hold control characters.</param>
/// <param name="Level">One of <c>STDERR STDOUT ERROR INFO WARN DEBUG</c>.</param>
/// <param name="Timestamp">RFC 3339.</param>
public sealed record QueueLog(string Message, string? Level, string? Timestamp);

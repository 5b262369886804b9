namespace Atelier.Protocol;

/// <summary>One line of a request's log.</summary>
/// <param name="Timestamp">When it was written, UTC.</param>
/// <param name="Level">One of <c>STDERR STDOUT ERROR INFO WARN DEBUG</c>, the set that every client can parse.</param>
/// <param name="Message">The text, at most 8 KiB.</param>
public readonly record struct LogLine(DateTimeOffset Timestamp, string Level, string Message);

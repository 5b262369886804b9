namespace Atelier.Queue;

/// <summary>One line of a request's log.</summary>
/// <param name="Timestamp">UTC.</param>
/// <param name="Level">As on the wire: <c>INFO</c>, <c>STDOUT</c>…</param>
public readonly record struct JobLog(DateTimeOffset Timestamp, string Level, string Message);

namespace Atelier.Cli.Generate;

/// <summary>How a request is followed.</summary>
/// <param name="Interval">The longest between two looks.</param>
/// <param name="Timeout">When to give up waiting; the request itself goes on.</param>
sealed record Pace(TimeSpan Interval, TimeSpan Timeout);

namespace Atelier.Server.Hosting;

/// <summary>One setting in force, and where it came from.</summary>
/// <param name="Key">As in the file: <c>queue.status_hold_ms</c>.</param>
/// <param name="Source"><c>flag</c>, <c>environment</c>, <c>file</c> or <c>default</c>.</param>
public sealed record Setting(string Key, string Value, string Source);

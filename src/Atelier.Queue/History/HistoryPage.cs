namespace Atelier.Queue;

/// <summary>A page of finished requests.</summary>
/// <param name="Next">What continues after the last of them; null at the end.</param>
public sealed record HistoryPage(IReadOnlyList<HistoryEntry> Entries, HistoryCursor? Next);

/// <summary>One finished request.</summary>
/// <param name="BillableUnits">What its answer said it cost in units; null when it said nothing.</param>
public sealed record HistoryEntry(Job Job, double? BillableUnits);

/// <summary>A place between two entries of a list: it stays where it is while the list grows.</summary>
/// <param name="Value">What the list is sorted by, in microseconds.</param>
/// <param name="Sequence">Tells entries of the same value apart.</param>
public readonly record struct HistoryCursor(long Value, long Sequence);

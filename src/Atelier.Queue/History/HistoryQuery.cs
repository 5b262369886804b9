namespace Atelier.Queue;

/// <summary>Which finished requests; each condition narrows.</summary>
/// <param name="AccountId">Whose.</param>
/// <param name="From">Finished at or after this moment.</param>
/// <param name="To">Finished before this moment.</param>
public sealed record HistoryQuery(string AccountId, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Whole endpoint ids; empty for all.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>Ids of keys; empty for all.</summary>
    public IReadOnlyList<string> KeyIds { get; init; } = [];

    /// <summary>Only this verdict, or all.</summary>
    public Verdict? Verdict { get; init; }
}

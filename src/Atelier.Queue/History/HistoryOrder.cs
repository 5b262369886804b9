namespace Atelier.Queue;

/// <summary>What a page is sorted by, largest first.</summary>
public enum HistoryOrder
{
    /// <summary>The moment of completion. Read off an index.</summary>
    EndedAt,

    /// <summary>From the start of the last attempt to the completion. Looks at the whole window's index.</summary>
    Duration,
}

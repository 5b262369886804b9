namespace Atelier.Queue;

/// <summary>What became of requests: pages, sums and payloads of those that are finished.</summary>
/// <remarks>Pages are read off indexes, whatever the number of requests; sums read one index entry a request.</remarks>
public interface IRequestHistory
{
    /// <summary>A page of finished requests, largest first.</summary>
    /// <param name="after">The <see cref="HistoryPage.Next"/> of the page before; null for the first.</param>
    Task<HistoryPage> PageAsync(
        HistoryQuery query, HistoryOrder order, HistoryCursor? after, int limit, CancellationToken cancellationToken);

    /// <summary>Sums of finished requests by endpoint and bucket, in no order. Empty groups are left out.</summary>
    /// <param name="buckets">Where each bucket begins, ascending; the first at or before the query's window.</param>
    /// <param name="byKey">Also by key.</param>
    Task<IReadOnlyList<HistoryGroup>> GroupAsync(
        HistoryQuery query, IReadOnlyList<DateTimeOffset> buckets, bool byKey, CancellationToken cancellationToken);

    /// <summary>One finished request, or null when it is unknown, unfinished or another account's.</summary>
    ValueTask<HistoryEntry?> FindAsync(string jobId, string accountId, CancellationToken cancellationToken);

    /// <summary>A request's input, or null when it is unknown, another account's, or deleted.</summary>
    ValueTask<ReadOnlyMemory<byte>?> InputAsync(string jobId, string accountId, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes input, answer and log of a finished request; the request itself stays. False when it is unknown,
    /// unfinished or another account's. Deleting again changes nothing.
    /// </summary>
    Task<bool> DeletePayloadsAsync(string jobId, string accountId, CancellationToken cancellationToken);

    /// <summary>The ids of an app's waiting requests, oldest first.</summary>
    Task<IReadOnlyList<string>> WaitingAsync(
        string app, string accountId, int max, CancellationToken cancellationToken);
}

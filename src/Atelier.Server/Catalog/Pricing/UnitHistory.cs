using Atelier.Queue;

namespace Atelier.Server.Catalog;

/// <summary>How many units a call of an endpoint was billed on this server, on average.</summary>
sealed class UnitHistory(IQueueStore store, TimeProvider time)
{
    // Apps say how many units a call had; beyond this a product would leave the range of decimals.
    const double UnitsMax = 1e12;

    /// <summary>As long as payloads are kept: older calls say little of what the next one costs.</summary>
    static readonly TimeSpan Window = TimeSpan.FromDays(30);

    /// <summary>
    /// The mean over an account's calls of the last 30 days that succeeded, of which one that named no units counts as
    /// one unit; null when there are none.
    /// </summary>
    public async Task<decimal?> AverageAsync(string accountId, string endpoint, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // The end is exclusive, and a call may have ended just now.
        var calls = new HistoryQuery(accountId, now - Window, now + TimeSpan.FromSeconds(1))
        {
            Endpoints = [endpoint],
            Verdict = Verdict.Success,
        };
        var groups = await store.History.GroupAsync(calls, [now - Window], byKey: false, cancellationToken);
        return groups is [{ Successes: > 0 and var count, Units: var units }, ..] && units is >= 0 and < UnitsMax
            ? (decimal)units / count
            : null;
    }
}

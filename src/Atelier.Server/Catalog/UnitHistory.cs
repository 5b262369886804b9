using System.Globalization;
using System.Text.Json;
using Atelier.Protocol;
using Atelier.Queue;
using Atelier.Server.Calls;

namespace Atelier.Server.Catalog;

/// <summary>How many units a call of an endpoint was billed on this server, on average.</summary>
sealed class UnitHistory(IQueueStore store)
{
    // Each costs a read of its answer.
    const int RecentMax = 20;

    /// <summary>The mean over the latest calls of an account that succeeded; null when there are none.</summary>
    public async Task<decimal?> AverageAsync(string accountId, string endpoint, CancellationToken cancellationToken)
    {
        var (sum, count) = (0m, 0);
        var jobs = await store.ListAsync(new(accountId, endpoint, JobState.Completed, Before: null, RecentMax), cancellationToken);
        foreach (var job in jobs.Where(job => job.ResultStatus is >= 200 and < 300))
        {
            if (await store.AnswerAsync(job.Id, accountId, cancellationToken) is { } answer)
            {
                (sum, count) = (sum + Units(answer), count + 1);
            }
        }

        return count is 0 ? null : sum / count;
    }

    // An answer that names no units counts as one.
    static decimal Units(StoredAnswer answer) =>
        JsonSerializer.Deserialize(answer.Headers, AnswerJson.Default.DictionaryStringString)!
            .TryGetValue(FalHeaders.BillableUnits, out var text)
        && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var units)
            ? units
            : 1;
}

using System.Text.Json;
using Atelier.Queue;

namespace Atelier.Server.History;

/// <summary>What usage and analytics have in common: a time series, a summary over the whole window, or both.</summary>
/// <param name="Buckets">What the series is cut into.</param>
/// <param name="Series">A page of it, or null when only the summary was asked for.</param>
/// <param name="Summary">Or null when it was not asked for.</param>
sealed record BucketReport(TimeBuckets Buckets, BucketPage? Series, IReadOnlyList<HistoryGroup>? Summary)
{
    /// <summary>The words of <c>expand</c> that name the two.</summary>
    public const string ExpandSeries = "time_series";

    public const string ExpandSummary = "summary";

    /// <param name="expand">Without the summary alone, a series is meant.</param>
    /// <param name="limit">Buckets on a page.</param>
    /// <param name="number">Of the page, from 1.</param>
    /// <param name="groupAsync">Groups the requests of a window that is cut at the given starts.</param>
    public static async Task<BucketReport> CreateAsync(
        TimeBuckets buckets, IReadOnlyList<string> expand, int limit, int number,
        Func<IReadOnlyList<DateTimeOffset>, Task<IReadOnlyList<HistoryGroup>>> groupAsync)
    {
        var hasSummary = expand.Contains(ExpandSummary);
        var series = expand.Contains(ExpandSeries) || !hasSummary
            ? BucketPage.Of(await groupAsync(buckets.Starts), limit, number)
            : null;
        return new(buckets, series, hasSummary ? await groupAsync([buckets.Starts[0]]) : null);
    }

    /// <summary>Writes the answer; <paramref name="line"/> writes one group of either.</summary>
    public void Write(Utf8JsonWriter json, Action<Utf8JsonWriter, HistoryGroup> line)
    {
        json.WriteStartObject();
        BucketPage.WriteNext(json, Series);
        Series?.Write(json, Buckets, line);
        if (Summary is not null)
        {
            json.WriteStartArray("summary"u8);
            foreach (var group in BucketPage.Sort(Summary))
            {
                line(json, group);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}

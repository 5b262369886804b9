using System.Text.Json;
using Atelier.Queue;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary>Some of the buckets that have anything in them, oldest first.</summary>
/// <param name="Buckets">Each with its groups in the order of endpoints and keys.</param>
/// <param name="NextPage">The number of the next page; null at the end.</param>
sealed record BucketPage(IReadOnlyList<IGrouping<int, HistoryGroup>> Buckets, int? NextPage)
{
    /// <param name="number">From 1.</param>
    public static BucketPage Of(IReadOnlyList<HistoryGroup> groups, int limit, int number)
    {
        var buckets = Sort(groups).GroupBy(group => group.Bucket).ToList();
        var first = (int)Math.Min((long)(number - 1) * limit, buckets.Count);
        var page = buckets.GetRange(first, Math.Min(limit, buckets.Count - first));
        return new(page, first + page.Count < buckets.Count ? number + 1 : null);
    }

    public static IEnumerable<HistoryGroup> Sort(IEnumerable<HistoryGroup> groups) => groups
        .OrderBy(group => group.Bucket)
        .ThenBy(group => group.Endpoint, StringComparer.Ordinal)
        .ThenBy(group => group.KeyId, StringComparer.Ordinal);

    /// <summary>Writes <c>next_cursor</c> and <c>has_more</c>; without a time series there is one page.</summary>
    public static void WriteNext(Utf8JsonWriter json, BucketPage? page)
    {
        json.WriteString("next_cursor"u8, page?.NextPage is { } next ? PlatformQuery.Cursor(next) : null);
        json.WriteBoolean("has_more"u8, page?.NextPage is not null);
    }

    /// <summary>Writes <c>time_series</c>.</summary>
    public void Write(Utf8JsonWriter json, TimeBuckets names, Action<Utf8JsonWriter, HistoryGroup> line)
    {
        json.WriteStartArray("time_series"u8);
        foreach (var bucket in Buckets)
        {
            json.WriteStartObject();
            json.WriteString("bucket"u8, names.Name(bucket.Key));
            json.WriteStartArray("results"u8);
            foreach (var group in bucket)
            {
                line(json, group);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

using System.Text.Json;
using Atelier.Queue.Live;
using Atelier.Queue.Sqlite.Native;
using Atelier.Queue.Sqlite.Operations;

namespace Atelier.Queue.Sqlite;

/// <summary>The history over the queue's own file: reads beside the writer, deletes through it.</summary>
sealed class SqliteHistory(QueueReader reader, QueueWriter writer, BlobFolder blobs, LiveJobs live, TimeProvider time)
    : IRequestHistory
{
    // How often a long scan looks whether anyone still waits for it.
    const int RowsBetweenLooks = 4096;

    static readonly Verdict[] Verdicts = Enum.GetValues<Verdict>();

    public Task<HistoryPage> PageAsync(
        HistoryQuery query, HistoryOrder order, HistoryCursor? after, int limit, CancellationToken cancellationToken) =>
        Task.Run(() => reader.Read(connection => Page(connection, query, order, after, limit)), cancellationToken);

    public Task<IReadOnlyList<HistoryGroup>> GroupAsync(
        HistoryQuery query, IReadOnlyList<DateTimeOffset> buckets, bool byKey, CancellationToken cancellationToken)
    {
        var starts = buckets.Select(start => Micros.From(start)).ToArray();
        return Task.Run(
            () => reader.Read<IReadOnlyList<HistoryGroup>>(
                connection => Group(connection, query, starts, byKey, cancellationToken)),
            cancellationToken);
    }

    public ValueTask<HistoryEntry?> FindAsync(string jobId, string accountId, CancellationToken cancellationToken) =>
        new(reader.Read(connection => QueueReader.ReadOne(
            connection.Statement(HistorySql.EntryOf).Bind(1, jobId).Bind(2, accountId), ReadEntry)));

    public ValueTask<ReadOnlyMemory<byte>?> InputAsync(
        string jobId, string accountId, CancellationToken cancellationToken) =>
        new(reader.Read(connection => QueueReader.ReadOne(
            connection.Statement(HistorySql.Input).Bind(1, jobId).Bind(2, accountId),
            row => reader.Body(row, 0))) is { } body ? body : default(ReadOnlyMemory<byte>?));

    public async Task<bool> DeletePayloadsAsync(string jobId, string accountId, CancellationToken cancellationToken)
    {
        var operation = new DeletePayloadsOperation(live, jobId, accountId, time.GetUtcNow());
        var (found, files) = await writer.RunAsync(operation, cancellationToken);
        foreach (var file in files)
        {
            blobs.Delete(file);
        }

        return found;
    }

    public Task<IReadOnlyList<string>> WaitingAsync(
        string app, string accountId, int max, CancellationToken cancellationToken) =>
        Task.Run(
            () => reader.Read<IReadOnlyList<string>>(connection =>
            {
                List<string> ids = [];
                var row = connection.Statement(HistorySql.Waiting).Bind(1, app).Bind(2, accountId).Bind(3, max);
                while (row.Step())
                {
                    ids.Add(row.Text(0));
                }

                return ids;
            }),
            cancellationToken);

    static HistoryPage Page(
        SqliteConnection connection, HistoryQuery query, HistoryOrder order, HistoryCursor? after, int limit)
    {
        if (after is { } last && order is HistoryOrder.EndedAt)
        {
            // The window ends at the cursor: the index is entered there, and earlier pages are not read again.
            var to = Micros.ToTime(last.Value + 1);
            query = query with { To = to < query.To ? to : query.To };
        }

        // One entry more than the page tells whether there is another page.
        List<HistoryCursor> places = [];
        foreach (var (endpoint, verdict) in Lines(connection, query))
        {
            var sql = order is HistoryOrder.EndedAt ? HistorySql.ByEnd : HistorySql.ByDuration;
            var row = Bind(connection, sql, query, endpoint, verdict)
                .Bind(7, after?.Value ?? long.MaxValue).Bind(8, after?.Sequence ?? long.MaxValue).Bind(9, limit + 1);
            while (row.Step())
            {
                places.Add(new(row.Int64(0), row.Int64(1)));
            }
        }

        places = [.. places.OrderByDescending(place => place.Value).ThenByDescending(place => place.Sequence).Take(limit + 1)];
        var entries = places.Take(limit).Select(place => QueueReader.ReadOne(
            connection.Statement(HistorySql.Entry).Bind(1, place.Sequence), ReadEntry)!).ToList();
        return new(entries, places.Count > limit ? places[limit - 1] : null);
    }

    static List<HistoryGroup> Group(
        SqliteConnection connection, HistoryQuery query, long[] starts, bool byKey, CancellationToken cancellationToken)
    {
        Dictionary<(string Endpoint, int Bucket, string? KeyId), HistoryGroup> groups = [];
        var strings = new SharedStrings();
        var rows = 0;
        foreach (var (endpoint, verdict) in Lines(connection, query))
        {
            var bucket = 0;
            var row = Bind(connection, HistorySql.Scan, query, endpoint, verdict);
            while (row.Step())
            {
                if (++rows % RowsBetweenLooks == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                // Rows come in the order of completion, so the bucket only moves on.
                var finished = row.Int64(0);
                while (bucket + 1 < starts.Length && starts[bucket + 1] <= finished)
                {
                    bucket++;
                }

                var key = (endpoint, bucket, byKey ? strings.Get(row.Utf8(5)) : null);
                if (!groups.TryGetValue(key, out var group))
                {
                    groups.Add(key, group = new(key.endpoint, key.bucket, key.Item3));
                }

                group.Add(
                    verdict, row.Int64(1), row.NullableInt64(2), finished, row.NullableDouble(3),
                    row.IsNull(4) ? null : strings.Get(row.Utf8(4)));
            }
        }

        return [.. groups.Values];
    }

    static SqliteStatement Bind(
        SqliteConnection connection, string sql, HistoryQuery query, string endpoint, Verdict verdict) =>
        connection.Statement(sql).Bind(1, query.AccountId).Bind(2, endpoint).Bind(3, (long)verdict)
            .Bind(4, Micros.From(query.From)).Bind(5, Micros.From(query.To)).Bind(6, KeyList(query.KeyIds));

    static string? KeyList(IReadOnlyList<string> ids) =>
        ids.Count == 0 ? null : $"[{string.Join(',', ids.Select(id => $"\"{JsonEncodedText.Encode(id)}\""))}]";

    // Every pair of endpoint and verdict that the query means.
    static IEnumerable<(string Endpoint, Verdict Verdict)> Lines(SqliteConnection connection, HistoryQuery query)
    {
        var endpoints = query.Endpoints.Count > 0
            ? query.Endpoints.Distinct(StringComparer.Ordinal)
            : AllEndpoints(connection, query.AccountId);
        Verdict[] verdicts = query.Verdict is { } one ? [one] : Verdicts;
        return endpoints.ToList().SelectMany(endpoint => verdicts.Select(verdict => (endpoint, verdict)));
    }

    static IEnumerable<string> AllEndpoints(SqliteConnection connection, string account)
    {
        for (var last = ""; last is not null;)
        {
            last = QueueReader.ReadOne(
                connection.Statement(HistorySql.NextEndpoint).Bind(1, account).Bind(2, last), row => row.Text(0));
            if (last is not null)
            {
                yield return last;
            }
        }
    }

    static HistoryEntry ReadEntry(SqliteStatement row) => new(JobRow.Read(row), row.NullableDouble(JobRow.Columns));
}

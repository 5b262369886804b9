using System.Text.Json;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary><c>GET /v1/models/analytics</c> and <c>/v1/serverless/analytics</c>: counts, errors, percentiles of times.</summary>
sealed class AnalyticsReport(IQueueStore store, TimeProvider time)
{
    const int LimitDefault = 50;
    const int LimitMax = 1000;

    static readonly string[] Expandable = [BucketReport.ExpandSeries, BucketReport.ExpandSummary, .. Metrics.Names];

    public async Task AnswerAsync(HttpContext context)
    {
        var query = new PlatformQuery(context.Request.Query);
        var buckets = TimeBuckets.Read(query, time.GetUtcNow());
        var (limit, number) = (query.Limit(LimitDefault, LimitMax), query.Page());
        var wanted = new HistoryQuery(Caller.Of(context).AccountId, buckets.Window.From, buckets.Window.To)
        {
            Endpoints = query.RequiredEndpointIds(),
        };
        var expand = query.Choices("expand", Expandable);
        expand = expand.Count == 0 ? [BucketReport.ExpandSeries, "request_count"] : expand;
        string[] metrics = [.. expand.Where(name => name is not (BucketReport.ExpandSeries or BucketReport.ExpandSummary)).Distinct()];
        if (metrics.Length == 0)
        {
            query.Refuse("expand must name at least one metric, such as request_count");
        }

        if (query.Refused is not null)
        {
            await query.Refusal.ExecuteAsync(context);
            return;
        }

        Task<IReadOnlyList<HistoryGroup>> GroupAsync(IReadOnlyList<DateTimeOffset> starts) =>
            store.History.GroupAsync(wanted, starts, byKey: false, context.RequestAborted);

        var report = await BucketReport.CreateAsync(buckets, expand, limit, number, GroupAsync);
        JsonAnswer.Send(context, 200, (report, metrics), static (json, answer) =>
            answer.report.Write(json, (json, group) => WriteLine(json, group, answer.metrics)));
    }

    static void WriteLine(Utf8JsonWriter json, HistoryGroup group, string[] metrics)
    {
        json.WriteStartObject();
        json.WriteString("endpoint_id"u8, group.Endpoint);
        History.Metrics.Write(json, group, metrics);
        json.WriteEndObject();
    }
}

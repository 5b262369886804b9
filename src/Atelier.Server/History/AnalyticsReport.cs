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
    const string Series = "time_series";
    const string Summary = "summary";

    static readonly string[] Expandable = [Series, Summary, .. Metrics.Names];

    public async Task AnswerAsync(HttpContext context)
    {
        var query = new PlatformQuery(context.Request.Query);
        var buckets = TimeBuckets.Read(query, time.GetUtcNow());
        var (limit, number) = (query.Limit(LimitDefault, LimitMax), query.Page());
        var wanted = new HistoryQuery(Caller.Of(context).AccountId, buckets.Window.From, buckets.Window.To)
        {
            Endpoints = [.. query.RequiredList("endpoint_id").Select(endpoint => endpoint.Trim('/'))],
        };
        var expand = query.Choices("expand", Expandable);
        expand = expand.Count == 0 ? [Series, "request_count"] : expand;
        string[] metrics = [.. expand.Where(name => name is not (Series or Summary)).Distinct()];
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

        var series = expand.Contains(Series) || !expand.Contains(Summary)
            ? BucketPage.Of(await GroupAsync(buckets.Starts), limit, number)
            : null;
        var summary = expand.Contains(Summary) ? await GroupAsync([buckets.Starts[0]]) : null;
        JsonAnswer.Send(context, 200, new Report(buckets, series, summary, metrics), Write);
    }

    static void Write(Utf8JsonWriter json, Report report)
    {
        json.WriteStartObject();
        BucketPage.WriteNext(json, report.Series);
        report.Series?.Write(json, report.Buckets, (json, group) => WriteLine(json, group, report.Metrics));
        if (report.Summary is not null)
        {
            json.WriteStartArray("summary"u8);
            foreach (var group in BucketPage.Sort(report.Summary))
            {
                WriteLine(json, group, report.Metrics);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    static void WriteLine(Utf8JsonWriter json, HistoryGroup group, string[] metrics)
    {
        json.WriteStartObject();
        json.WriteString("endpoint_id"u8, group.Endpoint);
        History.Metrics.Write(json, group, metrics);
        json.WriteEndObject();
    }

    sealed record Report(TimeBuckets Buckets, BucketPage? Series, IReadOnlyList<HistoryGroup>? Summary, string[] Metrics);
}

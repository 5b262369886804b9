using System.Text.Json;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary><c>GET /v1/models/usage</c>: how much of each endpoint was used. What runs here costs nothing.</summary>
sealed class UsageReport(IQueueStore store, KeyAlias alias, TimeProvider time)
{
    const int LimitDefault = 50;
    const int LimitMax = 1000;

    public async Task AnswerAsync(HttpContext context)
    {
        var query = new PlatformQuery(context.Request.Query);
        var buckets = TimeBuckets.Read(query, time.GetUtcNow());
        var expand = query.Choices("expand", "time_series", "summary", "auth_method", "auth_method_structured");
        var (limit, number) = (query.Limit(LimitDefault, LimitMax), query.Page());
        var wanted = new HistoryQuery(Caller.Of(context).AccountId, buckets.Window.From, buckets.Window.To)
        {
            Endpoints = [.. query.List("endpoint_id").Select(endpoint => endpoint.Trim('/'))],
            KeyIds = query.List("api_key_id"),
        };

        // Nobody logs in here: whoever asks for a login's use asks for none.
        var none = query.List("login_username").Count > 0;
        if (query.Refused is not null)
        {
            await query.Refusal.ExecuteAsync(context);
            return;
        }

        var auth = new AuthFields(expand, alias);
        async Task<IReadOnlyList<HistoryGroup>> GroupAsync(IReadOnlyList<DateTimeOffset> starts) =>
            none ? [] : await store.History.GroupAsync(wanted, starts, auth.AreWanted, context.RequestAborted);

        var series = expand.Contains("time_series") || !expand.Contains("summary")
            ? BucketPage.Of(await GroupAsync(buckets.Starts), limit, number)
            : null;
        var summary = expand.Contains("summary") ? await GroupAsync([buckets.Starts[0]]) : null;
        JsonAnswer.Send(context, 200, new Report(buckets, series, summary, auth), Write);
    }

    static void Write(Utf8JsonWriter json, Report report)
    {
        json.WriteStartObject();
        BucketPage.WriteNext(json, report.Series);
        report.Series?.Write(json, report.Buckets, (json, group) => WriteLine(json, group, report.Auth));
        if (report.Summary is not null)
        {
            json.WriteStartArray("summary"u8);
            foreach (var group in BucketPage.Sort(report.Summary))
            {
                WriteLine(json, group, report.Auth);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    static void WriteLine(Utf8JsonWriter json, HistoryGroup group, AuthFields auth)
    {
        json.WriteStartObject();
        json.WriteString("endpoint_id"u8, group.Endpoint);
        json.WriteString("unit"u8, "units"u8);
        json.WriteNumber("quantity"u8, group.Units);
        json.WriteNumber("unit_price"u8, 0);
        json.WriteNull("percent_discount"u8);
        json.WriteNumber("cost_subtotal"u8, 0);
        json.WriteNumber("cost_discount"u8, 0);
        json.WriteNumber("cost_total"u8, 0);
        json.WriteNumber("cost"u8, 0);
        json.WriteString("currency"u8, "USD"u8);
        auth.Write(json, group.KeyId);
        json.WriteEndObject();
    }

    sealed record Report(TimeBuckets Buckets, BucketPage? Series, IReadOnlyList<HistoryGroup>? Summary, AuthFields Auth);
}

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
        var expand = query.Choices("expand", BucketReport.ExpandSeries, BucketReport.ExpandSummary, "auth_method", "auth_method_structured");
        var (limit, number) = (query.Limit(LimitDefault, LimitMax), query.Page());
        var wanted = new HistoryQuery(Caller.Of(context).AccountId, buckets.Window.From, buckets.Window.To)
        {
            Endpoints = query.EndpointIds(),
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

        var report = await BucketReport.CreateAsync(buckets, expand, limit, number, GroupAsync);
        JsonAnswer.Send(context, 200, (report, auth), static (json, answer) =>
            answer.report.Write(json, (json, group) => WriteLine(json, group, answer.auth)));
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
}

using System.Text.Json;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary><c>GET /v1/models/billing-events</c>: one line for each request that succeeded, at a price of nothing.</summary>
sealed class BillingEvents(IQueueStore store, KeyAlias alias, TimeProvider time)
{
    const int LimitDefault = 50;
    const int LimitMax = 10_000;

    static readonly TimeSpan DefaultWindow = TimeSpan.FromDays(1);
    static readonly TimeSpan WindowMax = TimeSpan.FromDays(90);

    public async Task AnswerAsync(HttpContext context)
    {
        var query = new PlatformQuery(context.Request.Query);
        var window = TimeWindow.Read(query, time.GetUtcNow(), DefaultWindow, WindowMax);
        var wanted = new HistoryQuery(Caller.Of(context).AccountId, window.From, window.To)
        {
            Endpoints = query.EndpointIds(),
            KeyIds = query.List("api_key_id"),
            Verdict = Verdict.Success,
        };
        var (limit, after) = (query.Limit(LimitDefault, LimitMax), query.Place());
        var requestIds = query.List("request_id");
        var auth = new AuthFields(query.Choices("expand", "auth_method", "auth_method_structured"), alias);
        var none = query.List("login_username").Count > 0;
        if (query.Refused is not null)
        {
            await query.Refusal.ExecuteAsync(context);
            return;
        }

        var page = none ? new([], null)
            : requestIds.Count > 0 ? new(await FindAsync(wanted, requestIds, context.RequestAborted), null)
            : await store.History.PageAsync(wanted, HistoryOrder.EndedAt, after, limit, context.RequestAborted);
        JsonAnswer.Send(context, 200, (page, auth), Write);
    }

    async Task<List<HistoryEntry>> FindAsync(
        HistoryQuery wanted, IReadOnlyList<string> requestIds, CancellationToken cancellationToken)
    {
        List<HistoryEntry> found = [];
        foreach (var id in requestIds.Distinct(StringComparer.Ordinal))
        {
            if (await store.History.FindAsync(id, wanted.AccountId, cancellationToken) is { Job: var job } entry
                && job.ResultStatus < 400 && job.FinishedAt >= wanted.From && job.FinishedAt < wanted.To
                && (wanted.Endpoints.Count == 0 || wanted.Endpoints.Contains(job.Endpoint))
                && (wanted.KeyIds.Count == 0 || wanted.KeyIds.Contains(job.KeyId)))
            {
                found.Add(entry);
            }
        }

        return [.. found.OrderByDescending(entry => entry.Job.FinishedAt)];
    }

    static void Write(Utf8JsonWriter json, (HistoryPage Page, AuthFields Auth) answer)
    {
        json.WriteStartObject();
        RequestList.WriteNext(json, answer.Page.Next);
        json.WriteStartArray("billing_events"u8);
        foreach (var (job, units) in answer.Page.Entries)
        {
            json.WriteStartObject();
            json.WriteString("request_id"u8, job.Id);
            json.WriteString("endpoint_id"u8, job.Endpoint);
            json.WriteString("timestamp"u8, job.FinishedAt!.Value.UtcDateTime);

            // A success that names no units is one unit, as in the usage.
            json.WriteNumber("output_units"u8, units ?? 1);
            json.WriteNumber("unit_price"u8, 0);
            json.WriteNull("percent_discount"u8);
            json.WriteNumber("cost_subtotal"u8, 0);
            json.WriteNumber("cost_discount"u8, 0);
            json.WriteNumber("cost_total"u8, 0);
            json.WriteNumber("cost_estimate_nano_usd"u8, 0);
            answer.Auth.Write(json, job.KeyId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

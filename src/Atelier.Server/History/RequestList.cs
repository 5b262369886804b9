using System.Text.Json;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary><c>GET /v1/models/requests/by-endpoint</c>, and the same below <c>/v1/serverless</c> with two fields more.</summary>
sealed class RequestList(IQueueStore store, TimeProvider time)
{
    const int LimitDefault = 50;
    const int LimitMax = 100;

    static readonly TimeSpan DefaultWindow = TimeSpan.FromDays(1);

    // Who asks for one request knows it by its id, not by its day.
    static readonly TimeSpan WindowOfOne = TimeSpan.FromDays(90);

    static readonly TimeSpan WindowMax = TimeSpan.FromDays(366 * 2);

    public async Task AnswerAsync(HttpContext context, bool forApps)
    {
        var query = new PlatformQuery(context.Request.Query);
        var wanted = Read(query, Caller.Of(context).AccountId);
        var order = query.Choice("sort_by", "ended_at", "duration") is "duration" ? HistoryOrder.Duration : HistoryOrder.EndedAt;
        var (limit, after) = (query.Limit(LimitDefault, LimitMax), query.Place());
        var payloads = query.Choices("expand", "payloads").Count > 0;
        var requestId = query.Text("request_id");
        if (query.Refused is not null)
        {
            await query.Refusal.ExecuteAsync(context);
            return;
        }

        var page = requestId is null
            ? await store.History.PageAsync(wanted, order, after, limit, context.RequestAborted)
            : new HistoryPage(await FindAsync(wanted, requestId, context.RequestAborted), null);
        await SendAsync(context, page, payloads, forApps);
    }

    HistoryQuery Read(PlatformQuery query, string account)
    {
        var endpoints = query.RequiredEndpointIds();
        var requestId = query.Text("request_id");
        if (requestId is not null && !Guid.TryParse(requestId, out _))
        {
            query.Refuse("request_id must be a UUID");
        }

        var now = time.GetUtcNow();
        var window = TimeWindow.Read(query, now, requestId is null ? DefaultWindow : WindowOfOne, WindowMax);
        return new(account, window.From, window.To)
        {
            Endpoints = endpoints,
            Verdict = query.Choice("status", "success", "error", "user_error") switch
            {
                "success" => Verdict.Success,
                "error" => Verdict.Error,
                "user_error" => Verdict.UserError,
                _ => null,
            },
        };
    }

    // An unfinished request has no end yet: it is shown to whoever asks for it by its id and not by its outcome.
    async Task<IReadOnlyList<HistoryEntry>> FindAsync(HistoryQuery wanted, string id, CancellationToken cancellationToken)
    {
        var entry = await store.History.FindAsync(id, wanted.AccountId, cancellationToken)
            ?? (await store.FindAsync(id, wanted.AccountId, cancellationToken) is { } job ? new(job, null) : null);
        return entry is not null && wanted.Endpoints.Contains(entry.Job.Endpoint) && Matches(wanted, entry.Job) ? [entry] : [];
    }

    static bool Matches(HistoryQuery wanted, Job job) => job.FinishedAt is { } ended
        ? ended >= wanted.From && ended < wanted.To && (wanted.Verdict is null || wanted.Verdict == VerdictOf(job.ResultStatus ?? 0))
        : wanted.Verdict is null;

    static Verdict VerdictOf(int status) => status switch
    {
        >= 500 => Verdict.Error,
        >= 400 => Verdict.UserError,
        _ => Verdict.Success,
    };

    async Task SendAsync(HttpContext context, HistoryPage page, bool payloads, bool forApps)
    {
        using var flow = new JsonFlow(context);
        flow.Json.WriteStartObject();
        WriteNext(flow.Json, page.Next);
        flow.Json.WriteStartArray("items"u8);
        foreach (var entry in page.Entries)
        {
            flow.Json.WriteStartObject();
            RequestEntry.Write(flow.Json, entry.Job);
            if (payloads)
            {
                await Payloads.WriteAsync(flow.Json, store, entry.Job, context.RequestAborted);
            }

            if (forApps)
            {
                // Runners of this server have no lasting ids.
                flow.Json.WriteNull("runner_id"u8);
                WriteUnits(flow.Json, entry.BillableUnits);
            }

            flow.Json.WriteEndObject();
            await flow.PassOnAsync();
        }

        flow.Json.WriteEndArray();
        flow.Json.WriteEndObject();
        await flow.EndAsync();
    }

    /// <summary>Writes <c>next_cursor</c> and <c>has_more</c>.</summary>
    public static void WriteNext(Utf8JsonWriter json, HistoryCursor? next)
    {
        json.WriteString("next_cursor"u8, next is { } place ? PlatformQuery.Cursor(place) : null);
        json.WriteBoolean("has_more"u8, next is not null);
    }

    static void WriteUnits(Utf8JsonWriter json, double? units)
    {
        if (units is { } number)
        {
            json.WriteNumber("billable_units"u8, number);
        }
        else
        {
            json.WriteNull("billable_units"u8);
        }
    }
}

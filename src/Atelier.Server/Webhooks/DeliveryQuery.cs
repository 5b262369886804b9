using Atelier.Queue.Webhooks;
using Atelier.Server.Wire;

namespace Atelier.Server.Webhooks;

/// <summary>The query of <c>GET /v1/webhooks/deliveries</c>.</summary>
static class DeliveryQuery
{
    const int LimitMax = 100;
    const int LimitDefault = 50;
    const int RequestIdMax = 64;

    static readonly Dictionary<string, WebhookState> States = new(StringComparer.Ordinal)
    {
        ["waiting"] = WebhookState.AwaitingResult,
        ["pending"] = WebhookState.Pending,
        ["sending"] = WebhookState.Sending,
        ["delivered"] = WebhookState.Delivered,
        ["failed"] = WebhookState.Failed,
    };

    /// <summary>Reads the query; whoever gave it asks it what is wrong.</summary>
    /// <remarks>An ADMIN key sees the account's webhooks, another key those of its own requests.</remarks>
    public static WebhookQuery Read(PlatformQuery query, Caller caller)
    {
        var id = query.Text("request_id");
        if (id?.Length > RequestIdMax)
        {
            query.Refuse($"request_id takes at most {RequestIdMax} characters");
        }

        WebhookState? state = query.Choice("status", [.. States.Keys]) is { } name && States.TryGetValue(name, out var named) ? named : null;
        return new(caller.AccountId, KeyOf(caller), id, state, query.Number(), query.Limit(LimitDefault, LimitMax));
    }

    /// <summary>The key whose requests a caller may see; null for all of the account.</summary>
    public static string? KeyOf(Caller caller) => caller.IsAdmin ? null : caller.KeyId;

    public static string StateName(WebhookState state) => States.First(pair => pair.Value == state).Key;
}

using System.Globalization;
using System.Text;
using Atelier.Queue.Webhooks;
using Atelier.Server.Wire;

namespace Atelier.Server.Webhooks;

/// <summary>The query of <c>GET /v1/webhooks/deliveries</c>.</summary>
static class DeliveryQuery
{
    public const int LimitMax = 100;
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

    /// <summary>Reads the query; the refusal is a sentence for a 400.</summary>
    /// <remarks>An ADMIN key sees the account's webhooks, another key those of its own requests.</remarks>
    public static (WebhookQuery? Query, string? Refused) Read(IQueryCollection query, Caller caller)
    {
        var limit = LimitDefault;
        if (query["limit"].ToString() is { Length: > 0 } text &&
            !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= LimitMax))
        {
            return (null, $"limit must be a whole number from 1 to {LimitMax}");
        }

        WebhookState? state = null;
        if (query["status"].ToString() is { Length: > 0 } name)
        {
            if (!States.TryGetValue(name, out var named))
            {
                return (null, "status must be 'waiting', 'pending', 'sending', 'delivered' or 'failed'");
            }

            state = named;
        }

        if (query["request_id"].ToString() is not { Length: <= RequestIdMax } id)
        {
            return (null, $"request_id must have at most {RequestIdMax} characters");
        }

        if (!TryPlace(query["cursor"].ToString(), out var before))
        {
            return (null, "cursor must be a next_cursor of an earlier answer");
        }

        return (new(caller.AccountId, KeyOf(caller), id.Length == 0 ? null : id, state, before, limit), null);
    }

    /// <summary>The key whose requests a caller may see; null for all of the account.</summary>
    public static string? KeyOf(Caller caller) => caller.IsAdmin ? null : caller.KeyId;

    public static string StateName(WebhookState state) => States.First(pair => pair.Value == state).Key;

    public static string Cursor(Webhook last) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(last.Place.ToString(CultureInfo.InvariantCulture)));

    static bool TryPlace(string text, out long? place)
    {
        place = null;
        if (text.Length == 0)
        {
            return true;
        }

        Span<byte> bytes = stackalloc byte[24];
        if (!Convert.TryFromBase64String(text, bytes, out var length) ||
            !long.TryParse(bytes[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var found))
        {
            return false;
        }

        place = found;
        return true;
    }
}

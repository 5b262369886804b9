using System.Net;
using System.Text.Json;
using Atelier.Server.Calls;
using Atelier.Server.Hosting;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary>What there is to say of the account and of this server as fal's clients ask for it.</summary>
static class AccountAnswers
{
    /// <summary><c>GET /v1/account/billing</c>: there is no money here, so the balance is nothing, and nothing is needed.</summary>
    public static Task Billing(HttpContext context)
    {
        var query = new PlatformQuery(context.Request.Query);
        var credits = query.Choices("expand", "credits").Count > 0;
        if (query.Refused is not null)
        {
            return query.Refusal.ExecuteAsync(context);
        }

        JsonAnswer.Send(context, 200, (Caller.Of(context).AccountId, credits), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteString("username"u8, answer.AccountId);
            if (answer.credits)
            {
                json.WriteStartObject("credits"u8);
                json.WriteNumber("current_balance"u8, 0);
                json.WriteString("currency"u8, "USD"u8);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
        return Task.CompletedTask;
    }

    /// <summary>
    /// <c>GET /v1/meta</c>: the address this server listens on when it is one that others reach; else none, because a
    /// machine does not know what its addresses look like from outside.
    /// </summary>
    public static Task Meta(HttpContext context, ServerOptions options)
    {
        string[] ranges = IPAddress.TryParse(options.Host, out var address) && !IPAddress.IsLoopback(address)
            && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
                ? [$"{address}/{address.GetAddressBytes().Length * 8}"]
                : [];
        JsonAnswer.Send(context, 200, ranges, static (json, ranges) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("webhook_ip_ranges"u8);
            foreach (var range in ranges)
            {
                json.WriteStringValue(range);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
        return Task.CompletedTask;
    }

    /// <summary><c>GET /users/current</c> of the older REST host.</summary>
    public static Task User(HttpContext context)
    {
        JsonAnswer.Send(context, 200, Caller.Of(context), WriteUser);
        return Task.CompletedTask;
    }

    /// <summary><c>GET /billing/user_details</c> of the older REST host: never locked, nothing owed.</summary>
    public static Task UserDetails(HttpContext context)
    {
        JsonAnswer.Send(
            context, 200, """{"user_balance":0,"is_locked":false,"lock_reason":null}"""u8);
        return Task.CompletedTask;
    }

    static void WriteUser(Utf8JsonWriter json, Caller caller)
    {
        json.WriteStartObject();
        json.WriteString("user_id"u8, caller.AccountId);
        json.WriteString("nickname"u8, caller.AccountId);
        json.WriteString("full_name"u8, caller.AccountId);
        json.WriteNull("email"u8);
        json.WriteBoolean("is_personal"u8, true);
        json.WriteBoolean("is_locked"u8, false);
        json.WriteNull("lock_reason"u8);
        json.WriteEndObject();
    }
}

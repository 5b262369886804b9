using Atelier.Protocol;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.Storage;

/// <summary>Who uploads, and what they wish for the file.</summary>
sealed class UploadAuthority(SignedTokens tokens, KeyLifecycles settings, KeyAlias alias, TimeProvider time)
{
    /// <summary>A key that was checked on the way in, else a token of ours whose key still is one; null for a stranger.</summary>
    public CdnTicket? Of(HttpContext context)
    {
        if (context.Features.Get<Caller>() is { } caller)
        {
            return new(caller.AccountId, DateTimeOffset.MaxValue, caller.KeyId);
        }

        const string scheme = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && tokens.TryRead(header[scheme.Length..].Trim(), StorageJson.Default.CdnTicket, out var ticket)
            && ticket.ValidUntil > time.GetUtcNow()
            && (ticket.KeyId is null || alias(ticket.KeyId) is not null)
            ? ticket
            : null;
    }

    /// <summary>The lifecycle that the headers ask for, else the key's settings.</summary>
    /// <returns>Or the 400 that says what is wrong with the header.</returns>
    public (ObjectLifecycle Lifecycle, WireError? Refused) LifecycleOf(HttpRequest request, string? keyId)
    {
        // The Python client sends both names with one meaning; the JavaScript client sends the first.
        var header = request.Headers.TryGetValue(FalHeaders.Lifecycle, out var own)
            ? own.ToString()
            : request.Headers[FalHeaders.LifecyclePreference].ToString();
        return ObjectLifecycle.TryParse(header, out var lifecycle, out var problem)
            ? (lifecycle.Or(settings.Of(keyId)), null)
            : (ObjectLifecycle.Default, WireError.Detail(400, problem, "bad_request"));
    }
}

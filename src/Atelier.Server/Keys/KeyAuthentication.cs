using Atelier.Protocol;
using Atelier.Server.Keys.Tokens;
using Atelier.Server.Wire;

namespace Atelier.Server.Keys;

/// <summary>
/// Checks <c>Authorization: Key id:secret</c> (or <c>Bearer id:secret</c>, as MCP clients send it) on every route, after
/// routing; where <see cref="AcceptsToken"/> stands, a token in the query will do. There is no keyless mode; a route
/// opens itself with <see cref="AllowKeyless"/>.
/// </summary>
public sealed class KeyAuthentication(KeyRing ring, BrowserTokens tokens)
{
    const string AccountId = "local";

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var header = context.Request.Headers.Authorization;
        var endpoint = context.GetEndpoint();
        if (header.Count == 0 && endpoint?.Metadata.GetMetadata<AcceptsToken>() is not null
            && context.Request.Query[AcceptsToken.Parameter] is [{ } token])
        {
            return CheckTokenAsync(context, token, next);
        }

        var record = header is [{ } text] && TryReadKey(text, out var key) ? ring.Find(key) : null;
        record ??= context.Features.Get<KeylessPage>() is not null ? ring.ForPages() : null;
        if (record is not null)
        {
            var isSocket = endpoint?.Metadata.GetMetadata<SocketsOnly>() is not null;
            context.Features.Set(new Caller(AccountId, record.KeyId, record.Scope is "ADMIN")
            {
                Revoked = isSocket ? ring.EndOf(record) : default,
            });
        }

        // A path that no route serves tells the caller so; nothing is behind it.
        if (endpoint is null || endpoint.Metadata.GetMetadata<AllowKeyless>() is not null)
        {
            return next(context);
        }

        if (record is null)
        {
            return KeyErrors.Unauthorized(context, missing: header.Count == 0).ExecuteAsync(context);
        }

        return endpoint.Metadata.GetMetadata<AdminOnly>() is not null && record.Scope is not "ADMIN"
            ? KeyErrors.Forbidden().ExecuteAsync(context)
            : next(context);
    }

    Task CheckTokenAsync(HttpContext context, string token, RequestDelegate next)
    {
        // The path begins with the host that it means; the rest is the endpoint's id.
        var path = context.Request.Path.Value.AsSpan().TrimStart('/');
        _ = EndpointId.TryParse(path[(path.IndexOf('/') + 1)..], out var id);
        var (key, refused) = tokens.Check(token, id);
        if (key is not null)
        {
            context.Features.Set(new Caller(AccountId, key.KeyId, IsAdmin: false, ByToken: true) { Revoked = ring.EndOf(key) });
            return next(context);
        }

        return context.WebSockets.IsWebSocketRequest
            ? SocketRefusal.SendAsync(context, "UNAUTHORIZED", refused!)
            : WireError.Detail(401, refused!).ExecuteAsync(context);
    }

    static bool TryReadKey(string header, out ApiKey key)
    {
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        key = default;
        return space > 0
            && (header.AsSpan(0, space).Equals("Key", StringComparison.OrdinalIgnoreCase)
                || header.AsSpan(0, space).Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            && ApiKey.TryParse(header[(space + 1)..].Trim(), out key);
    }
}

using Microsoft.AspNetCore.Http.Features;

namespace Atelier.Server.Wire;

/// <summary>Who sent the request, once its key was checked.</summary>
/// <param name="AccountId">One account today: <c>local</c>.</param>
/// <param name="KeyId">The public half of the key.</param>
/// <param name="IsAdmin">The key has the ADMIN scope; every key has API.</param>
/// <param name="ByToken">
/// The caller showed a token in the query, not the key itself: good only where <see cref="AcceptsToken"/> stands.
/// </param>
public sealed record Caller(string AccountId, string KeyId, bool IsAdmin, bool ByToken = false)
{
    /// <summary>Of a WebSocket's caller: trips when the key behind it is revoked.</summary>
    public CancellationToken Revoked { get; init; }

    /// <summary>The caller of a request; present on every route that is not marked <see cref="AllowKeyless"/>.</summary>
    public static Caller Of(HttpContext context) => context.Features.GetRequiredFeature<Caller>();
}

/// <summary>Endpoint metadata: the route needs no key.</summary>
public sealed class AllowKeyless;

/// <summary>Endpoint metadata: the route needs a key with the ADMIN scope.</summary>
public sealed class AdminOnly;

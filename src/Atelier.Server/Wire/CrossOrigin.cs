using System.Collections.Frozen;

namespace Atelier.Server.Wire;

/// <summary>
/// Lets pages of any origin call the API, without credentials of the browser: they bring a key or a token themselves
/// (protocol §4.3). Routes of the operator, marked <see cref="AdminOnly"/> or <see cref="NoBrowsers"/>, stay closed.
/// </summary>
/// <remarks>
/// A request without <c>Origin</c> pays one look at its headers. Chromium's question whether a public page may reach a
/// private network (<c>Access-Control-Request-Private-Network</c>) is not answered, which means no.
/// </remarks>
public static class CrossOrigin
{
    /// <summary>What pages may send, as a header value.</summary>
    public const string AllowedMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";

    // Chromium keeps a preflight's answer for two hours at most.
    const string MaxAgeSeconds = "7200";

    // A page sees only those; the other names that fetch() shows are always safe.
    const string Exposed =
        "x-fal-request-id, x-fal-billable-units, x-fal-error-type, x-fal-request-timeout-type, x-fal-retryable, x-fal-needs-retry, "
        + "x-fal-served-from, x-fal-runner-hints, x-atelier-model, etag, retry-after, location, content-range, accept-ranges, content-disposition";

    /// <summary>The same methods, to look one up.</summary>
    public static readonly FrozenSet<string> Methods = FrozenSet.Create(StringComparer.Ordinal, AllowedMethods.Split(", "));

    /// <summary>The first step: every answer to a page, errors too, gets its headers; a preflight is routed as what it asks for.</summary>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (request.Headers.Origin.Count > 0 && HttpMethods.IsOptions(request.Method)
            && request.Headers.AccessControlRequestMethod is [{ } method] && Methods.Contains(method))
        {
            context.Features.Set(new Preflight());
            request.Method = method;
        }
        else if (request.Headers.Origin.Count > 0 || IsFile(request.Path))
        {
            context.Response.OnStarting(Open, context);
        }

        return next(context);
    }

    /// <summary>After routing: answers preflights, which carry no key.</summary>
    public static Task AnswerPreflightAsync(HttpContext context, RequestDelegate next) =>
        TryAllowPreflight(context) ? Task.CompletedTask : next(context);

    /// <summary>Answers the request if it is a preflight.</summary>
    public static bool TryAllowPreflight(HttpContext context)
    {
        if (context.Features.Get<Preflight>() is null)
        {
            return false;
        }

        if (IsClosed(context))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return true;
        }

        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = AllowedMethods;
        headers.AccessControlMaxAge = MaxAgeSeconds;
        // Echoed, since "*" would leave out Authorization.
        headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders;
        return true;
    }

    // An image tag asks without Origin, and a later fetch() is answered from the browser's cache.
    static bool IsFile(PathString path) => path.Value!.Contains("/files/b/", StringComparison.Ordinal);

    static Task Open(object state)
    {
        var context = (HttpContext)state;
        if (!IsClosed(context))
        {
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.Headers.AccessControlExposeHeaders = Exposed;
        }

        return Task.CompletedTask;
    }

    static bool IsClosed(HttpContext context) => context.GetEndpoint()?.Metadata is { } metadata
        && (metadata.GetMetadata<AdminOnly>() is not null || metadata.GetMetadata<NoBrowsers>() is not null);

    sealed class Preflight;
}

using Atelier.Protocol;

namespace Atelier.Server.Wire;

/// <summary>
/// <c>/api/fal/proxy</c>, as the JavaScript, Java, Swift and Dart clients call a proxy (protocol §20). Here nothing is
/// forwarded: <c>x-fal-target-url</c> only names a service of ours, and is never fetched.
/// </summary>
public sealed class ProxyRoute(ProxyOptions options)
{
    const string Path = "/api/fal/proxy";

    static readonly KeylessPage Vouched = new();

    // What a page needs to run models: nothing that lists, manages or bills.
    static readonly string[] OpenToKeyless =
    [
        "/fal.run/", "/queue.fal.run/", "/rest.fal.ai/storage/upload/", "/rest.fal.ai/storage/auth/", "/rest.fal.ai/tokens/",
    ];

    readonly HashSet<string> _origins = new(options.Origins, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a path on our own host name is the proxy's.</summary>
    public static bool Is(string path) => path is Path or Path + "/";

    /// <summary>Takes path and query from <c>x-fal-target-url</c>.</summary>
    /// <returns>What is wrong with the call, or null.</returns>
    public WireError? ReadTarget(HttpContext context)
    {
        var request = context.Request;
        if (!CrossOrigin.Methods.Contains(request.Method))
        {
            context.Response.Headers.Allow = CrossOrigin.AllowedMethods;
            return WireError.Detail(405, "The proxy takes GET, HEAD, POST, PUT, PATCH and DELETE.");
        }

        if (request.Headers[FalHeaders.TargetUrl] is not [{ Length: > 0 } text])
        {
            return WireError.Detail(400, "The header x-fal-target-url is missing.");
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var target) || FalHostNames.Find(target.Host) is not { } host
            || target.Scheme is not ("https" or "http") || !target.IsDefaultPort || target.UserInfo.Length > 0)
        {
            return WireError.Detail(412, "The header x-fal-target-url must name one of fal's hosts.");
        }

        if (HttpMethods.IsPost(request.Method) && host is FalHostNames.Run or FalHostNames.Queue && !IsJson(request.ContentType))
        {
            return WireError.Detail(415, "The content type must be application/json.");
        }

        request.Path = PathString.FromUriComponent($"/{host}{target.AbsolutePath}");
        request.QueryString = new QueryString(target.Query);
        if (_origins.Count > 0 && request.Headers.Authorization.Count == 0 && MayBeKeyless(request))
        {
            context.Features.Set(Vouched);
        }

        return null;
    }

    static bool IsJson(string? contentType) =>
        contentType is null || contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase);

    bool MayBeKeyless(HttpRequest request) =>
        OriginOf(request) is { } origin && _origins.Contains(origin)
        && OpenToKeyless.Any(start => request.Path.Value!.StartsWith(start, StringComparison.Ordinal));

    // A page on this very origin, behind one reverse proxy with us, sends no Origin with GET.
    static string? OriginOf(HttpRequest request) => request.Headers.Origin switch
    {
        [{ } origin] => origin,
        [] when request.Headers["Sec-Fetch-Site"] is ["same-origin"] => $"{request.Scheme}://{request.Host}",
        _ => null,
    };
}

using System.Collections.Frozen;
using System.Text.Json;
using Atelier.Protocol;
using Microsoft.AspNetCore.Http;

namespace Atelier.Proxy;

/// <summary>What a call means and whether it is allowed (protocol §20).</summary>
sealed class ProxyRules(FalProxyOptions options)
{
    public const string AllowedMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";

    // Names of apps and a number of seconds.
    const int TokenBodyMax = 64 * 1024;

    static readonly FrozenSet<string> Methods = FrozenSet.Create(StringComparer.Ordinal, AllowedMethods.Split(", "));

    readonly Globs _targets = new(options.AllowedTargets);
    readonly Globs? _endpoints = options.AllowedEndpoints.Count == 0 ? null : new(options.AllowedEndpoints);

    // Tokens name apps: of each pattern the first two segments.
    readonly (Globs Owner, Globs Alias)[] _apps = [.. options.AllowedEndpoints.Select(pattern => pattern.Split('/'))
        .Where(segments => segments.Length > 1).Select(segments => (new Globs([segments[0]]), new Globs([segments[1]])))];

    public (Uri? Target, Refusal? Refusal) Judge(HttpRequest request)
    {
        if (!Methods.Contains(request.Method))
        {
            return (null, new(405, "Method not allowed"));
        }

        if (request.Headers[FalHeaders.TargetUrl] is not [{ Length: > 0 } text])
        {
            return (null, new(400, "The header x-fal-target-url is missing."));
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var target) || target.Scheme != Uri.UriSchemeHttps || !target.IsDefaultPort
            || target.UserInfo.Length > 0 || FalHostNames.Find(target.Host) is null
            || !_targets.Match(target.Host + target.PathAndQuery))
        {
            return (null, new(412, "The header x-fal-target-url names no target that this proxy allows."));
        }

        return IsModelCall(target) && HttpMethods.IsPost(request.Method) && !IsJson(request.ContentType)
            ? (null, new(415, "The content type must be application/json."))
            : MayRun(request.Method, target) ? (target, null) : (null, new(400, "This proxy does not allow the endpoint."));
    }

    /// <summary>Holds a realtime token's apps to the allowed endpoints; other bodies are not looked at.</summary>
    /// <returns>The body that was read in order to look at it, or why it is refused.</returns>
    public async Task<(byte[]? Content, Refusal? Refusal)> ReadTokenBodyAsync(HttpRequest request, Uri target)
    {
        if (_endpoints is null || !target.AbsolutePath.StartsWith("/tokens", StringComparison.Ordinal))
        {
            return default;
        }

        var body = new byte[TokenBodyMax];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        return length < body.Length && AppsOf(body.AsMemory(0, length)) is { Count: > 0 } apps && apps.All(MayUse)
            ? (body[..length], null)
            : (null, new(400, "This proxy does not allow a token for these apps."));
    }

    static bool IsModelCall(Uri target) => FalHostNames.Find(target.Host) is FalHostNames.Run or FalHostNames.Queue;

    static bool IsJson(string? type) => type is null || type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase);

    // Of the queue, submitting names an endpoint; all else names a request, which only its owner knows.
    bool MayRun(string method, Uri target)
    {
        var isQueue = FalHostNames.Find(target.Host) is FalHostNames.Queue;
        if (_endpoints is null || !IsModelCall(target)
            || (isQueue && (!HttpMethods.IsPost(method) || IsCancel(target.AbsolutePath))))
        {
            return true;
        }

        // An escaped slash or dot could mean another endpoint to the upstream than it does here.
        return EndpointId.TryParse(target.AbsolutePath, out var id) && _endpoints.Match(id.ToString());
    }

    static bool IsCancel(string path) => path.TrimEnd('/').Split('/') is [.., "requests", { Length: > 0 }, "cancel"];

    // A client names the alias alone; owner/alias is understood too. A longer one, of the newer route, is an endpoint.
    bool MayUse(string app) => app.Split('/') switch
    {
        [var alias] => _apps.Any(allowed => allowed.Alias.Match(alias)),
        [var owner, var alias] => _apps.Any(allowed => allowed.Owner.Match(owner) && allowed.Alias.Match(alias)),
        _ => EndpointId.TryParse(app, out var id) && _endpoints!.Match(id.ToString()),
    };

    static List<string>? AppsOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind is JsonValueKind.Object
                && document.RootElement.TryGetProperty("allowed_apps", out var apps) && apps.ValueKind is JsonValueKind.Array
                && apps.EnumerateArray().All(app => app.ValueKind is JsonValueKind.String)
                    ? [.. apps.EnumerateArray().Select(app => app.GetString()!)]
                    : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The second for a string that is no text: half a surrogate pair, or bytes that are no UTF-8.
            return null;
        }
    }
}

using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Atelier.Proxy;

/// <summary>Which headers pass: of requests those that fal reads, of answers all but those that belong to one connection or host.</summary>
static class PassedHeaders
{
    /// <summary>Names the proxy to fal, as fal's own proxies do.</summary>
    const string ClientProxy = "x-fal-client-proxy";

    static readonly FrozenSet<string> OfRequest = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "Accept", "User-Agent", "Idempotency-Key", "Range", "If-Range", "If-None-Match", "Last-Event-ID");

    // The last line is about fal's host, not about the app that this proxy runs in.
    static readonly FrozenSet<string> NotOfAnswer = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Set-Cookie", "Strict-Transport-Security", "Alt-Svc", "Server", "Date", "Via", "Report-To", "NEL");

    public static void CopyRequest(HttpRequest from, HttpRequestMessage to, string authorization)
    {
        foreach (var (name, values) in from.Headers)
        {
            var isFal = name.StartsWith("x-fal-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("x-app-fal-", StringComparison.OrdinalIgnoreCase);
            if ((isFal && !name.Equals(ClientProxy, StringComparison.OrdinalIgnoreCase)) || OfRequest.Contains(name))
            {
                to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        to.Headers.TryAddWithoutValidation("Authorization", authorization);
        to.Headers.TryAddWithoutValidation(ClientProxy, "atelier/aspnetcore");
        if (from.ContentType is { } type)
        {
            to.Content?.Headers.TryAddWithoutValidation("Content-Type", type);
        }
    }

    public static void CopyResponse(HttpResponseMessage from, HttpResponse to)
    {
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated))
        {
            // An app says itself which pages may read its answers.
            var isOfHost = NotOfAnswer.Contains(name) || name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)
                || from.Headers.Connection.Contains(name, StringComparer.OrdinalIgnoreCase);
            if (!isOfHost)
            {
                to.Headers[name] = values.ToArray();
            }
        }
    }
}

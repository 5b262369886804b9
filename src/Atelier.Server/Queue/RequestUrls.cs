using System.Collections.Concurrent;
using System.Text.Json;
using Atelier.Protocol;

namespace Atelier.Server.Queue;

/// <summary>The three URLs of a request. They name the app alone: a sub-path belongs to the input, not to the request.</summary>
static class RequestUrls
{
    // Only ids of endpoints that were accepted come here, so it is as small as the catalogue. Written by any thread.
    static readonly ConcurrentDictionary<string, string> Apps = new(StringComparer.Ordinal);

    /// <summary>Writes <c>response_url</c>, <c>status_url</c> and <c>cancel_url</c>.</summary>
    public static void Write(Utf8JsonWriter json, string queueBaseUrl, string endpoint, string requestId)
    {
        var app = Apps.GetOrAdd(endpoint, static id => EndpointId.TryParse(id, out var parsed) ? parsed.App : id);
        var url = string.Concat(queueBaseUrl, "/", app, $"/requests/{requestId}");
        json.WriteString("response_url"u8, url);
        json.WriteString("status_url"u8, string.Concat(url, "/status"));
        json.WriteString("cancel_url"u8, string.Concat(url, "/cancel"));
    }
}

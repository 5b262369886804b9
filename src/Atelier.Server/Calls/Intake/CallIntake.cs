using Atelier.Protocol;
using Atelier.Protocol.Apps;
using Atelier.Server.Wire;

namespace Atelier.Server.Calls;

/// <summary>What submit and sync run do alike with a request: find the endpoint, read headers and body.</summary>
sealed class CallIntake(AppDirectory apps)
{
    const string StreamSuffix = "/stream";

    static readonly WireError NotJson = WireError.Detail(400, "The request body is not valid JSON", "bad_request");
    static readonly WireError NotUtf8 = WireError.Detail(415, "The request body must be JSON in UTF-8", "bad_request");

    /// <summary>A call to what is a WebSocket.</summary>
    public static readonly WireError NotCallable = WireError.Detail(405, "This endpoint is a WebSocket: connect to it");

    /// <summary>The call, or the answer that refuses it. Checks go from cheap to dear: id, headers, size, JSON.</summary>
    /// <exception cref="BadHttpRequestException">The body is over the server's limit, broke off or came too slowly.</exception>
    /// <param name="context">Its answer gets the request id, whatever the outcome.</param>
    /// <param name="id">The endpoint id as it stands in the path, slashes around it allowed.</param>
    public async ValueTask<(IncomingCall? Call, WireError? Refused)> ReadAsync(HttpContext context, string id)
    {
        var requestId = Guid.CreateVersion7().ToString();
        context.Response.Headers[FalHeaders.RequestId] = requestId;

        var (app, endpoint, unknown) = Find(id);
        if (app is null || endpoint is null)
        {
            return (null, unknown);
        }

        if (endpoint.Realtime is not null)
        {
            return (null, NotCallable);
        }

        var (preferences, refused) = CallPreferences.Read(context.Request.Headers);
        if (refused is not null)
        {
            return (null, refused);
        }

        var (input, unreadable) = HttpMethods.IsGet(context.Request.Method)
            ? (QueryInput.Read(context.Request.Query), null)
            : await ReadBodyAsync(context);
        if (unreadable is not null)
        {
            return (null, unreadable);
        }

        if (!JsonInput.IsJson(input.Span, out var syncMode))
        {
            return (null, NotJson);
        }

        var retention = preferences.StoreIo && !syncMode ? CallPreferences.LongRetention : CallPreferences.ShortRetention;
        return (new(requestId, app, endpoint, input, preferences, retention), null);
    }

    /// <summary>The endpoint of an id as it stands in a path, or the 404 that says what is unknown.</summary>
    public (HostedApp? App, EndpointManifest? Endpoint, WireError? Unknown) Find(string id)
    {
        if (apps.Find(id) is { } exact)
        {
            return (exact.App, exact.Endpoint, null);
        }

        if (!EndpointId.TryParse(id, out var parsed))
        {
            return (null, null, WireError.UnknownApplication(id.Length > EndpointId.MaxLength ? id[..EndpointId.MaxLength] : id));
        }

        if (apps.Find(parsed.ToString()) is { } found)
        {
            return (found.App, found.Endpoint, null);
        }

        // Clients add the suffix to whatever they stream: where the endpoint itself is a stream, it is meant.
        if (parsed.Path.EndsWith(StreamSuffix, StringComparison.Ordinal) &&
            apps.Find(parsed.ToString()[..^StreamSuffix.Length]) is { Endpoint.Streams: true } streamed)
        {
            return (streamed.App, streamed.Endpoint, null);
        }

        return (null, null, apps.FindApp(parsed.App) is null
            ? WireError.UnknownApplication(parsed.ToString())
            : WireError.Detail(404, $"Path {parsed.Path} not found"));
    }

    static async ValueTask<(ReadOnlyMemory<byte> Input, WireError? Refused)> ReadBodyAsync(HttpContext context)
    {
        if (NamesOtherCharset(context.Request.ContentType))
        {
            return (default, NotUtf8);
        }

        var body = await JsonInput.ReadAsync(context.Request, context.RequestAborted);

        // Clients leave the body out when there is no input at all.
        return (body.IsEmpty ? "{}"u8.ToArray() : body, null);
    }

    // The media type itself is not asked: the bytes say whether they are JSON, and curl sends a form's type by default.
    static bool NamesOtherCharset(string? contentType)
    {
        var at = contentType?.IndexOf("charset=", StringComparison.OrdinalIgnoreCase) ?? -1;
        return at >= 0 &&
            !contentType.AsSpan(at + 8).TrimStart(" \"").StartsWith("utf-8", StringComparison.OrdinalIgnoreCase) &&
            !contentType.AsSpan(at + 8).TrimStart(" \"").StartsWith("utf8", StringComparison.OrdinalIgnoreCase);
    }
}

namespace Atelier.Protocol.Apps;

/// <summary>An endpoint that is a WebSocket, as <c>x-fal-protocol</c> describes it.</summary>
/// <param name="Type">
/// <c>realtime</c>: sessions of messages that the app's host reads and writes. <c>websocket</c>: the app has the socket.
/// </param>
/// <param name="Mode">
/// Of <c>realtime</c>: <c>unary</c>, <c>server_streaming</c>, <c>client_streaming</c> or <c>bidi</c>; else null.
/// </param>
/// <param name="Buffering">Inputs that wait at most before the oldest is dropped; null drops none.</param>
/// <param name="SessionTimeoutSeconds">Seconds without an input after which a session ends; null for <c>websocket</c>.</param>
/// <param name="MaxBatchSize">Inputs that the app takes at once.</param>
public sealed record RealtimeManifest(
    string Type,
    string? Mode = null,
    int? Buffering = null,
    int? SessionTimeoutSeconds = null,
    int MaxBatchSize = 1)
{
    public const string RealtimeType = "realtime";

    public const string WebSocketType = "websocket";
}

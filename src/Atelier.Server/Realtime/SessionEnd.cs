using System.Net.WebSockets;
using System.Text.Json;
using Atelier.Protocol.Apps;
using Atelier.Protocol.Realtime;
using Atelier.Queue;
using Atelier.Server.Calls;

namespace Atelier.Server.Realtime;

/// <summary>How a session ended: what its caller is told, unless app or caller have said it, and what the history keeps.</summary>
/// <param name="Frame">Sent to callers of realtime endpoints, who are then closed with 1000.</param>
/// <param name="RawStatus">What a caller of a plain socket is closed with instead; its frames are the app's own.</param>
/// <param name="Answer">For the history.</param>
sealed record SessionEnd(ReadOnlyMemory<byte> Frame, WebSocketCloseStatus RawStatus, StoredAnswer Answer)
{
    static readonly StoredAnswer Ok = new(200, "{}"u8.ToArray(), "{}");

    /// <summary>One side closed.</summary>
    public static SessionEnd Closed { get; } = new(RealtimeFrames.TimeoutFrame, WebSocketCloseStatus.NormalClosure, Ok);

    /// <summary>Nobody said anything any more.</summary>
    public static SessionEnd Idle => Closed;

    /// <summary>The server stops: callers connect again, and find its successor.</summary>
    public static SessionEnd Stopping { get; } = new(RealtimeFrames.TimeoutFrame, WebSocketCloseStatus.EndpointUnavailable, Ok);

    /// <summary>The caller went before a runner was free.</summary>
    public static SessionEnd CallerLeft { get; } = Closed with
    {
        Answer = StoredAnswers.Platform(499, "Client disconnected", "client_disconnected"),
    };

    /// <summary>The caller's key was revoked meanwhile.</summary>
    public static SessionEnd Revoked { get; } = Of(
        "UNAUTHORIZED", WebSocketCloseStatus.PolicyViolation,
        StoredAnswers.Platform(401, "The key was revoked", "bad_request"));

    public static SessionEnd NoRunner { get; } = Of(
        "REQUEST_TIMEOUT", WebSocketCloseStatus.InternalServerError,
        StoredAnswers.Platform(504, "Request timed out", "request_timeout"));

    public static SessionEnd TooLong { get; } = Of(
        RealtimeFrames.BadRequest, WebSocketCloseStatus.MessageTooBig,
        StoredAnswers.Platform(413, "The message is larger than this server's limit", "bad_request"));

    public static SessionEnd Failed(RunnerOutcome.Failed failed, EndpointManifest endpoint) => Of(
        RealtimeFrames.InternalError, WebSocketCloseStatus.InternalServerError, RunnerAnswers.Of(failed, endpoint));

    static SessionEnd Of(string error, WebSocketCloseStatus status, StoredAnswer answer)
    {
        using var body = JsonDocument.Parse(answer.Body);
        return new(RealtimeFrames.Error(error, body.RootElement.GetProperty("detail").GetString()!), status, answer);
    }
}

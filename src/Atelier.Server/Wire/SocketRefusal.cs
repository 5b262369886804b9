using System.Net.WebSockets;
using Atelier.Protocol.Realtime;

namespace Atelier.Server.Wire;

/// <summary>
/// Refuses a WebSocket where its caller can read why. Browsers show nothing of a handshake that was answered with an
/// error, so it is accepted, told, and closed.
/// </summary>
/// <remarks>
/// The close code is 1000, and the frame says the rest: clients of fal report the frame, and would report any other code
/// as a second, empty error. A client that is closed so forgets its token and asks for a new one before its next message.
/// </remarks>
public static class SocketRefusal
{
    static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);

    /// <param name="error">In capitals: <c>UNAUTHORIZED</c>.</param>
    /// <param name="reason">A sentence for people.</param>
    public static async Task SendAsync(HttpContext context, string error, string reason)
    {
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var grace = new CancellationTokenSource(CloseGrace, time);
        try
        {
            await socket.SendAsync(
                RealtimeFrames.Error(error, reason), WebSocketMessageType.Text, endOfMessage: true, grace.Token);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", grace.Token);
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException)
        {
            // It has gone, or it does not read.
            socket.Abort();
        }
    }
}

using System.Net.WebSockets;

namespace Atelier.Server.Echo;

/// <summary>
/// A caller's socket as an app in this process has it: once the host has ended the session, the app says nothing more and
/// hears nothing more. Only the host knows why it ended, and what the caller is to be told.
/// </summary>
/// <param name="caller">Its receives can be cancelled without losing the connection.</param>
/// <param name="ended">Trips when the host ends the session.</param>
sealed class HostedSocket(WebSocket caller, CancellationToken ended) : WebSocket
{
    public override WebSocketCloseStatus? CloseStatus => caller.CloseStatus;

    public override string? CloseStatusDescription => caller.CloseStatusDescription;

    public override WebSocketState State => ended.IsCancellationRequested ? WebSocketState.Aborted : caller.State;

    public override string? SubProtocol => caller.SubProtocol;

    /// <exception cref="WebSocketException">The session has ended, or the caller has gone.</exception>
    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(
        Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await caller.ReceiveAsync(buffer, ended);
        }
        catch (OperationCanceledException)
        {
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
        }
    }

    public override async Task<WebSocketReceiveResult> ReceiveAsync(
        ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await ReceiveAsync(buffer.AsMemory(), cancellationToken);
        return new(read.Count, read.MessageType, read.EndOfMessage, CloseStatus, CloseStatusDescription);
    }

    /// <exception cref="WebSocketException">The session has ended, or the caller has gone.</exception>
    public override ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        ended.IsCancellationRequested
            ? throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely)
            : caller.SendAsync(buffer, messageType, endOfMessage, cancellationToken);

    public override Task SendAsync(
        ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

    public override Task CloseOutputAsync(
        WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        ended.IsCancellationRequested
            ? Task.CompletedTask
            : caller.CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    public override Task CloseAsync(
        WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    /// <summary>Does nothing once the session has ended: the host has a word to say.</summary>
    public override void Abort()
    {
        if (!ended.IsCancellationRequested)
        {
            caller.Abort();
        }
    }

    /// <summary>Nothing: the socket is the host's.</summary>
    public override void Dispose()
    {
    }
}

using System.Buffers;
using System.Net.WebSockets;

namespace Atelier.Server.Runners;

/// <summary>Passes frames between a caller and a runner as they come, both ways, until one of them closes.</summary>
sealed class SocketPump(WebSocket caller, WebSocket runner, TimeProvider time)
{
    /// <summary>Time between telling a runner that its session is over and no longer waiting for it.</summary>
    public static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);

    const int BufferBytes = 32 * 1024;

    /// <summary>
    /// Runs the session to its end. On return the runner has closed, or has ignored that it was told to.
    /// </summary>
    /// <exception cref="WebSocketException">The runner went without a close.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the runner has been told.</exception>
    public async Task<PumpEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var up = UpAsync(over.Token);
        var down = DownAsync();
        if (await Task.WhenAny(up, down) == down)
        {
            await over.CancelAsync();
            await up;
            return await down;
        }

        await up;
        try
        {
            var end = await down.WaitAsync(CloseGrace, time, CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            return end;
        }
        catch (TimeoutException)
        {
            return PumpEnd.Ignored;
        }
    }

    // The caller's side never faults: a caller that has gone is a session that is over.
    async Task UpAsync(CancellationToken cancellationToken)
    {
        var status = WebSocketCloseStatus.EndpointUnavailable;
        try
        {
            await CopyAsync(caller, runner, cancellationToken);
            status = caller.CloseStatus ?? WebSocketCloseStatus.NormalClosure;
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException)
        {
            // Gone, or stopped: the runner is told so.
        }

        try
        {
            if (runner.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await runner.CloseOutputAsync(status, "", CancellationToken.None);
            }
        }
        catch (WebSocketException)
        {
            // The other direction finds out why.
        }
    }

    async Task<PumpEnd> DownAsync()
    {
        await CopyAsync(runner, new Reachable(caller), CancellationToken.None);
        await caller.CloseOutputAsync(
            runner.CloseStatus ?? WebSocketCloseStatus.NormalClosure, runner.CloseStatusDescription, CancellationToken.None);
        return PumpEnd.Closed;
    }

    static Task CopyAsync(WebSocket from, WebSocket to, CancellationToken cancellationToken) =>
        CopyAsync(from, new Reachable(to) { MustBe = true }, cancellationToken);

    static async Task CopyAsync(WebSocket from, Reachable to, CancellationToken cancellationToken)
    {
        while (true)
        {
            // A silent side holds no buffer.
            var read = await from.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
            byte[] buffer = [];
            try
            {
                if (!read.EndOfMessage && read.MessageType is not WebSocketMessageType.Close)
                {
                    buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
                    read = await from.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                }

                if (read.MessageType is WebSocketMessageType.Close)
                {
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, read.Count), read);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Where frames go; a caller that has gone takes the rest unheard, so that the runner is read to its close.</summary>
    sealed class Reachable(WebSocket socket)
    {
        bool _gone;

        public bool MustBe { get; init; }

        public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, ValueWebSocketReceiveResult frame)
        {
            try
            {
                if (!_gone)
                {
                    await socket.SendAsync(bytes, frame.MessageType, frame.EndOfMessage, CancellationToken.None);
                }
            }
            catch (WebSocketException) when (!MustBe)
            {
                _gone = true;
            }
        }
    }
}

/// <summary>How the runner took the end of a session.</summary>
enum PumpEnd
{
    /// <summary>It closed its side.</summary>
    Closed,

    /// <summary>It was told that the session is over and went on.</summary>
    Ignored,
}

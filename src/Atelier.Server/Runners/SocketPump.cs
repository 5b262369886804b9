using System.Buffers;
using System.Net.WebSockets;

namespace Atelier.Server.Runners;

/// <summary>Passes frames between a caller and a runner as they come, both ways, until one of them closes.</summary>
sealed class SocketPump(WebSocket caller, WebSocket runner, TimeProvider time)
{
    /// <summary>Time between telling a runner that its session is over and no longer waiting for it.</summary>
    public static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);

    const int BufferBytes = 32 * 1024;

    // Set once, when the session begins.
    Task<PumpEnd> _down = Task.FromResult(PumpEnd.Closed);

    /// <summary>
    /// Runs the session to its end; cancelling the token is one. On return the runner has closed, or has ignored that it
    /// was told to. A caller whose session was cancelled is still open: whoever cancelled it knows what to say.
    /// </summary>
    /// <exception cref="WebSocketException">The runner went without a close.</exception>
    public async Task<PumpEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var up = UpAsync(over.Token);
        _down = DownAsync(cancellationToken);
        if (await Task.WhenAny(up, _down) == _down)
        {
            await over.CancelAsync();
            await up;
            return await _down;
        }

        await up;
        return await EndAsync();
    }

    /// <summary>Waits for the runner's close, once more after it was asked to cancel.</summary>
    /// <exception cref="WebSocketException">The runner went without a close.</exception>
    public async Task<PumpEnd> EndAsync()
    {
        try
        {
            return await _down.WaitAsync(CloseGrace, time, CancellationToken.None);
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

    async Task<PumpEnd> DownAsync(CancellationToken cancellationToken)
    {
        var reachable = new Reachable(caller, cancellationToken);
        await CopyAsync(runner, reachable, CancellationToken.None);
        if (cancellationToken.IsCancellationRequested)
        {
            return PumpEnd.Closed;
        }

        await caller.CloseOutputAsync(
            runner.CloseStatus ?? WebSocketCloseStatus.NormalClosure, runner.CloseStatusDescription, CancellationToken.None);
        return PumpEnd.Closed;
    }

    static Task CopyAsync(WebSocket from, WebSocket to, CancellationToken cancellationToken) =>
        CopyAsync(from, new Reachable(to, CancellationToken.None) { MustBe = true }, cancellationToken);

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

    /// <summary>
    /// Where frames go; a caller that has gone, or whose session is over, takes the rest unheard, so that the runner is
    /// read to its close.
    /// </summary>
    sealed class Reachable(WebSocket socket, CancellationToken over)
    {
        bool _gone;

        public bool MustBe { get; init; }

        public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, ValueWebSocketReceiveResult frame)
        {
            try
            {
                if (!_gone && !over.IsCancellationRequested)
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

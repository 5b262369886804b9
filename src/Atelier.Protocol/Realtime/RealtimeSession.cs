using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Atelier.Protocol.MessagePack;

namespace Atelier.Protocol.Realtime;

/// <summary>Works through a session's inputs and gives its outputs, in whichever rhythm the app has.</summary>
/// <param name="inputs">Ends with the session.</param>
/// <param name="cancellationToken">Trips when the client has gone or the session is stopped.</param>
public delegate IAsyncEnumerable<RealtimeOutput> RealtimeHandler(
    RealtimeInputs inputs, CancellationToken cancellationToken);

/// <summary>
/// One realtime session over a WebSocket: reads messages into a buffer while the app is at work, answers each client in
/// the format that it speaks, and ends with the frames that clients expect (protocol §10.3).
/// </summary>
/// <remarks>
/// A session that ends by itself (no input came in time, the app is done, the server stops) sends TIMEOUT and closes with
/// 1000, and clients then connect again for their next message. A failure sends its error and closes with 1000 too,
/// because clients take any other code for a second error. The client's own close is answered with 1000.
/// </remarks>
public sealed class RealtimeSession(WebSocket socket, RealtimeSessionOptions options, TimeProvider time)
{
    /// <summary>How long the client may take to answer a close.</summary>
    public static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);

    const int FirstBufferBytes = 512;

    readonly RealtimeInputs _inputs = new(options, time);

    // Written by the reading loop, read when an answer is sent.
    volatile RealtimeFormat _format = RealtimeFormat.MessagePack;
    volatile bool _clientLeft;

    /// <summary>Runs until either side ends the session. Throws nothing for the client's or the app's sake.</summary>
    /// <param name="handler">The app.</param>
    /// <param name="explain">
    /// What the client is told of an exception of the app; null lets it pass, for whoever hosts the session.
    /// </param>
    /// <param name="stopping">Ends the session in peace.</param>
    public async Task RunAsync(
        RealtimeHandler handler, Func<Exception, RealtimeException?> explain, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var reading = ReadAsync(over);
        var last = RealtimeFrames.TimeoutFrame;
        try
        {
            await foreach (var output in handler(_inputs, over.Token).WithCancellation(over.Token).ConfigureAwait(false))
            {
                await AnswerAsync(output).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Stopped, or nobody is there any more.
        }
        catch (WebSocketException)
        {
            _clientLeft = true;
        }
        catch (MessagePackException unreadable)
        {
            last = RealtimeFrames.Error(RealtimeFrames.BadRequest, unreadable.Message);
        }
        catch (RealtimeException told)
        {
            last = RealtimeFrames.Error(told.Error, told.Message);
        }
        catch (Exception fault) when (explain(fault) is { } told)
        {
            last = RealtimeFrames.Error(told.Error, told.Message);
        }
        finally
        {
            await EndAsync(last, reading).ConfigureAwait(false);
        }
    }

    async Task AnswerAsync(RealtimeOutput output)
    {
        var format = _format;
        var type = format is RealtimeFormat.Json ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        await SendAsync(output(format), type).ConfigureAwait(false);
        if (options.SendsTimings)
        {
            var frame = RealtimeFrames.Timing(time.GetElapsedTime(_inputs.TakenAt));
            await SendAsync(frame, WebSocketMessageType.Text).ConfigureAwait(false);
        }
    }

    // Cancelling a send would tear the connection down; whoever hosts the socket ends one that nobody reads.
    ValueTask SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type) =>
        socket.SendAsync(message, type, endOfMessage: true, CancellationToken.None);

    async Task ReadAsync(CancellationTokenSource over)
    {
        try
        {
            while (await ReceiveAsync().ConfigureAwait(false) is { } message)
            {
                _format = message.Format;
                await _inputs.AddAsync(message, over.Token).ConfigureAwait(false);
            }

            _clientLeft = true;
        }
        catch (Exception fault) when (fault is WebSocketException or ObjectDisposedException)
        {
            _clientLeft = true;
        }
        catch (Exception fault) when (fault is OperationCanceledException or ChannelClosedException)
        {
            // The session is over; what the client still says is read to the end, for its close to be seen.
            await DiscardAsync().ConfigureAwait(false);
        }
        finally
        {
            _inputs.Complete();
            if (_clientLeft)
            {
                await over.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>One whole message, or null when the client closes.</summary>
    async ValueTask<RealtimeMessage?> ReceiveAsync()
    {
        // Nothing is set aside for a client that is silent.
        var first = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
        if (first.MessageType is WebSocketMessageType.Close)
        {
            return null;
        }

        if (first.EndOfMessage)
        {
            return new(FormatOf(first.MessageType), default);
        }

        ArrayBufferWriter<byte> message = new(FirstBufferBytes);
        while (true)
        {
            var part = await socket.ReceiveAsync(message.GetMemory(), CancellationToken.None).ConfigureAwait(false);
            if (part.MessageType is WebSocketMessageType.Close)
            {
                return null;
            }

            message.Advance(part.Count);
            if (message.WrittenCount > options.MessageMaxBytes)
            {
                throw new WebSocketException(WebSocketError.InvalidMessageType);
            }

            if (part.EndOfMessage)
            {
                return new(FormatOf(part.MessageType), message.WrittenMemory);
            }
        }
    }

    static RealtimeFormat FormatOf(WebSocketMessageType type) =>
        type is WebSocketMessageType.Text ? RealtimeFormat.Json : RealtimeFormat.MessagePack;

    async Task DiscardAsync()
    {
        try
        {
            while (await ReceiveAsync().ConfigureAwait(false) is not null)
            {
                // Nobody will answer it.
            }
        }
        catch (Exception fault) when (fault is WebSocketException or ObjectDisposedException)
        {
            // Gone without a close.
        }
    }

    async Task EndAsync(ReadOnlyMemory<byte> last, Task reading)
    {
        _inputs.Complete();
        try
        {
            if (!_clientLeft && socket.State is WebSocketState.Open)
            {
                await SendAsync(last, WebSocketMessageType.Text).ConfigureAwait(false);
            }

            // A connection that was lost is its host's to end.
            if (socket.State is WebSocketState.CloseReceived || (!_clientLeft && socket.State is WebSocketState.Open))
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None)
                    .ConfigureAwait(false);
            }

            await reading.WaitAsync(CloseGrace, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is WebSocketException or TimeoutException or ObjectDisposedException)
        {
            socket.Abort();
            await reading.ConfigureAwait(false);
        }
    }
}

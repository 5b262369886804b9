using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Atelier.Server.Hosting;

namespace Atelier.Server.Realtime;

/// <summary>
/// A caller's WebSocket that is read ahead: pings and closes are answered while the app is busy or not yet there, and
/// waiting for a message can be cancelled without losing the connection. Sends may come from several sides.
/// </summary>
/// <remarks>
/// Ahead is read as much as <see cref="PartsAhead"/> parts, then the caller has to wait. A close is answered at once with
/// the caller's own code, or 1000 when it named none.
/// </remarks>
sealed class CallerSocket : WebSocket
{
    const int PartsAhead = 16;
    const int PartBytes = 32 * 1024;

    readonly WebSocket _inner;
    readonly int _messageMaxBytes;
    readonly TimeProvider _time;
    readonly TimeSpan _idleTimeout;
    readonly TimeSpan _slowReaderTimeout;
    readonly Channel<Part> _parts = Channel.CreateBounded<Part>(
        new BoundedChannelOptions(PartsAhead) { SingleReader = true, SingleWriter = true });
    readonly SemaphoreSlim _sending = new(1, 1);
    readonly CancellationTokenSource _left = new();
    readonly CancellationTokenSource _idle;
    readonly Task _reading;

    // Of the reader alone: what is left of the part that it is in.
    Part? _current;
    int _taken;

    // Written by the reading loop before it ends; read afterwards.
    bool _closeSeen;

    public CallerSocket(
        WebSocket inner, int messageMaxBytes, TimeSpan idleTimeout, TimeSpan slowReaderTimeout, TimeProvider time)
    {
        (_inner, _messageMaxBytes, _idleTimeout, _time) = (inner, messageMaxBytes, idleTimeout, time);
        _slowReaderTimeout = slowReaderTimeout;
        _idle = new(idleTimeout, time);
        _reading = ReadAheadAsync();
    }

    /// <summary>Cancelled when the caller has closed or gone.</summary>
    public CancellationToken Left => _left.Token;

    /// <summary>Cancelled when nobody has said anything for the idle timeout.</summary>
    public CancellationToken Idle => _idle.Token;

    /// <summary>A message was longer than the limit; nothing after it is read.</summary>
    public bool IsTooLong { get; private set; }

    public override WebSocketCloseStatus? CloseStatus => _inner.CloseStatus;

    public override string? CloseStatusDescription => _inner.CloseStatusDescription;

    public override WebSocketState State => _inner.State;

    public override string? SubProtocol => _inner.SubProtocol;

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(
        Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (_current is null)
        {
            if (!await _parts.Reader.WaitToReadAsync(cancellationToken))
            {
                return _closeSeen
                    ? new(0, WebSocketMessageType.Close, endOfMessage: true)
                    : throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
            }

            (_current, _taken) = (_parts.Reader.TryRead(out var part) ? part : null, 0);
        }

        if (buffer.IsEmpty)
        {
            return new(0, _current.Type, endOfMessage: false);
        }

        var count = Math.Min(buffer.Length, _current.Length - _taken);
        _current.Bytes.AsSpan(_taken, count).CopyTo(buffer.Span);
        _taken += count;
        if (_taken < _current.Length)
        {
            return new(count, _current.Type, endOfMessage: false);
        }

        var read = _current;
        _current = null;
        ArrayPool<byte>.Shared.Return(read.Bytes);
        return new(count, read.Type, read.IsLast);
    }

    public override async Task<WebSocketReceiveResult> ReceiveAsync(
        ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await ReceiveAsync(buffer.AsMemory(), cancellationToken);
        return new(read.Count, read.MessageType, read.EndOfMessage, CloseStatus, CloseStatusDescription);
    }

    /// <exception cref="WebSocketException">The caller has closed or gone.</exception>
    public override async ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            _idle.CancelAfter(_idleTimeout);
            while (buffer.Length > ServerOptions.ReaderPartBytes)
            {
                await SendPartAsync(buffer[..ServerOptions.ReaderPartBytes], messageType, endOfMessage: false);
                buffer = buffer[ServerOptions.ReaderPartBytes..];
            }

            await SendPartAsync(buffer, messageType, endOfMessage);
        }
        finally
        {
            _sending.Release();
        }
    }

    // Not the caller's token: cancelling a send tears the connection down, so it is done only to a caller that does not
    // read. A long message goes in fragments, each of which has its time.
    async ValueTask SendPartAsync(ReadOnlyMemory<byte> part, WebSocketMessageType type, bool endOfMessage)
    {
        var sending = _inner.SendAsync(part, type, endOfMessage, CancellationToken.None);
        if (sending.IsCompleted)
        {
            await sending;
            return;
        }

        try
        {
            await sending.AsTask().WaitAsync(_slowReaderTimeout, _time);
        }
        catch (TimeoutException)
        {
            _inner.Abort();
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
        }
    }

    public override Task SendAsync(
        ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

    /// <summary>Says that this side is done; a second time says nothing more.</summary>
    public override async Task CloseOutputAsync(
        WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            if (_inner.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await _inner.CloseOutputAsync(closeStatus, statusDescription, CancellationToken.None);
            }
        }
        catch (WebSocketException)
        {
            // It has gone meanwhile.
        }
        finally
        {
            _sending.Release();
        }
    }

    public override Task CloseAsync(
        WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    /// <summary>Waits for the caller's own close, and lets go of one that does not answer.</summary>
    public async Task EndAsync(TimeSpan grace)
    {
        // Nobody takes what it still says; it must not keep the reading from seeing the close.
        _parts.Writer.TryComplete();
        try
        {
            await _reading.WaitAsync(grace, _time);
        }
        catch (TimeoutException)
        {
            _inner.Abort();
            await _reading;
        }
    }

    public override void Abort() => _inner.Abort();

    public override void Dispose()
    {
        _inner.Dispose();
        _sending.Dispose();
        _left.Dispose();
        _idle.Dispose();
    }

    async Task ReadAheadAsync()
    {
        try
        {
            var length = 0L;
            while (await ReadPartAsync() is { } part)
            {
                _idle.CancelAfter(_idleTimeout);
                length += part.Length;
                if (IsTooLong || length > _messageMaxBytes)
                {
                    // From here on only the close is of interest.
                    IsTooLong = true;
                    ArrayPool<byte>.Shared.Return(part.Bytes);
                    _parts.Writer.TryComplete();
                    await _left.CancelAsync();
                    continue;
                }

                length = part.IsLast ? 0 : length;
                while (!_parts.Writer.TryWrite(part) && await _parts.Writer.WaitToWriteAsync())
                {
                    // There is room again; whether the part fits is asked again.
                }
            }

            _closeSeen = !IsTooLong;
            await CloseOutputAsync(_inner.CloseStatus ?? WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        }
        catch (Exception fault) when (fault is WebSocketException or ObjectDisposedException)
        {
            // The connection is gone; the reader is told when it has read what came before.
        }
        finally
        {
            _parts.Writer.TryComplete();
            await _left.CancelAsync();
        }
    }

    async ValueTask<Part?> ReadPartAsync()
    {
        // A silent caller holds no buffer.
        var first = await _inner.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        if (first.MessageType is WebSocketMessageType.Close)
        {
            return null;
        }

        if (first.EndOfMessage)
        {
            return new([], 0, first.MessageType, IsLast: true);
        }

        var bytes = ArrayPool<byte>.Shared.Rent(PartBytes);
        var read = await _inner.ReceiveAsync(bytes.AsMemory(0, PartBytes), CancellationToken.None);
        if (read.MessageType is WebSocketMessageType.Close)
        {
            ArrayPool<byte>.Shared.Return(bytes);
            return null;
        }

        return new(bytes, read.Count, read.MessageType, read.EndOfMessage);
    }

    sealed record Part(byte[] Bytes, int Length, WebSocketMessageType Type, bool IsLast);
}

using System.Threading.Channels;

namespace Atelier.Protocol.Realtime;

/// <summary>
/// The inputs of a session, in order, as its handler takes them. They end when the client has gone, or when none came
/// for the idle timeout.
/// </summary>
public sealed class RealtimeInputs : IAsyncEnumerable<RealtimeMessage>
{
    // Lossless sessions stop reading the client when so many wait; the network holds the rest.
    const int LosslessWaiting = 8;

    readonly Channel<RealtimeMessage> _waiting;
    readonly TimeSpan _idleTimeout;
    readonly TimeProvider _time;
    readonly bool _drops;
    readonly long _waitingMaxBytes;

    // Of what waits; the session adds, the handler takes.
    long _bytes;

    internal RealtimeInputs(RealtimeSessionOptions options, TimeProvider time)
    {
        (_idleTimeout, _time) = (options.IdleTimeout, time);
        (_drops, _waitingMaxBytes) = (options.Buffering is not null, options.WaitingMaxBytes);
        _waiting = Channel.CreateBounded<RealtimeMessage>(new BoundedChannelOptions(options.Buffering ?? LosslessWaiting)
        {
            FullMode = options.Buffering is null ? BoundedChannelFullMode.Wait : BoundedChannelFullMode.DropOldest,
            SingleWriter = true,
        }, dropped => Interlocked.Add(ref _bytes, -dropped.Payload.Length));
    }

    /// <summary>When the handler last took an input; it is at work on it since then.</summary>
    internal long TakenAt { get; private set; }

    public async IAsyncEnumerator<RealtimeMessage> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (await NextAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            yield return message;
        }
    }

    /// <summary>One that waits already, or null: for apps that work on several at once.</summary>
    public RealtimeMessage? TryTake()
    {
        if (!_waiting.Reader.TryRead(out var message))
        {
            return null;
        }

        Interlocked.Add(ref _bytes, -message.Payload.Length);
        TakenAt = _time.GetTimestamp();
        return message;
    }

    internal ValueTask AddAsync(RealtimeMessage message, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _bytes, message.Payload.Length);
        while (_drops && Interlocked.Read(ref _bytes) > _waitingMaxBytes && _waiting.Reader.TryRead(out var oldest))
        {
            Interlocked.Add(ref _bytes, -oldest.Payload.Length);
        }

        return _waiting.Writer.WriteAsync(message, cancellationToken);
    }

    internal void Complete() => _waiting.Writer.TryComplete();

    async ValueTask<RealtimeMessage?> NextAsync(CancellationToken cancellationToken)
    {
        if (TryTake() is { } ready)
        {
            return ready;
        }

        using var idle = new CancellationTokenSource(_idleTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
        try
        {
            return await _waiting.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false) ? TryTake() : null;
        }
        catch (OperationCanceledException) when (idle.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}

using System.IO.Pipelines;
using Atelier.Server.Hosting;

namespace Atelier.Server.Calls;

/// <summary>An answer that goes on for as long as there is something to say; every part is sent at once.</summary>
/// <remarks>
/// A reader who stands still is let go after the server's patience with slow readers, so that what waits for it in
/// memory never exceeds one part and the buffers of the connection.
/// </remarks>
sealed class OpenAnswer : IDisposable
{
    /// <summary>The media type of server-sent events; JavaScript clients compare its beginning.</summary>
    public const string EventStream = "text/event-stream; charset=utf-8";

    static readonly TimeSpan DefaultPatience = new ServerOptions().SlowReaderTimeout;

    readonly HttpContext _context;
    readonly CancellationTokenSource _stall;
    readonly TimeSpan _patience;

    public OpenAnswer(HttpContext context)
    {
        _context = context;
        _stall = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        _patience = context.RequestServices.GetService<ServerOptions>()?.SlowReaderTimeout ?? DefaultPatience;
    }

    /// <summary>Sends status and headers ahead of the body. Never throws.</summary>
    /// <returns>As <see cref="WriteAsync"/>.</returns>
    public async ValueTask<bool> BeginAsync()
    {
        try
        {
            return !(await _context.Response.BodyWriter.FlushAsync(_stall.Token)).IsCompleted;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Sends bytes to the caller. Never throws.</summary>
    /// <returns>False when the caller is gone, or was let go for not reading.</returns>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            for (var rest = bytes; !rest.IsEmpty;)
            {
                var part = rest[..Math.Min(rest.Length, ServerOptions.ReaderPartBytes)];
                rest = rest[part.Length..];
                if (!await FlushAsync(part))
                {
                    return false;
                }
            }

            return !_context.RequestAborted.IsCancellationRequested;
        }
        catch (OperationCanceledException)
        {
            _context.Abort();
            return false;
        }
    }

    /// <summary>Breaks the connection off, so that nobody takes the answer for a whole one.</summary>
    public void BreakOff() => _context.Abort();

    public void Dispose() => _stall.Dispose();

    async ValueTask<bool> FlushAsync(ReadOnlyMemory<byte> part)
    {
        var write = _context.Response.BodyWriter.WriteAsync(part, _stall.Token);
        if (write.IsCompleted)
        {
            return !(await write).IsCompleted;
        }

        _stall.CancelAfter(_patience);
        FlushResult result = await write;
        _stall.CancelAfter(Timeout.InfiniteTimeSpan);
        return !result.IsCompleted;
    }
}

using Atelier.Protocol;
using Atelier.Server.Hosting;
using Atelier.Server.Wire;

namespace Atelier.Server.Realtime;

/// <summary>How many WebSockets are open, and how they are accepted.</summary>
sealed class OpenSockets(RealtimeOptions options, ServerOptions server, TimeProvider time)
{
    int _open;

    /// <summary>A place for one socket until it is disposed, or null when there is none.</summary>
    public IDisposable? TryOpen()
    {
        if (Interlocked.Increment(ref _open) <= options.SessionsMax)
        {
            return new Place(this);
        }

        Interlocked.Decrement(ref _open);
        return null;
    }

    /// <summary>
    /// Accepts the handshake. Compression is declined: it costs more than it saves on media, and lets an observer guess
    /// at what is compressed together with secrets.
    /// </summary>
    public async Task<CallerSocket> AcceptAsync(HttpContext context)
    {
        var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = options.KeepAliveInterval,
        });
        return new(socket, options.MessageMaxBytes, options.IdleTimeout, server.SlowReaderTimeout, time);
    }

    /// <summary>429, to be tried again.</summary>
    public static WireError TooMany(HttpContext context)
    {
        context.Response.Headers[FalHeaders.NeedsRetry] = "1";
        return WireError.Detail(429, "Too many WebSockets are open", "concurrent_requests_limit");
    }

    sealed class Place(OpenSockets owner) : IDisposable
    {
        int _closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                Interlocked.Decrement(ref owner._open);
            }
        }
    }
}

using System.Buffers;
using System.Text.Json;
using Atelier.Server.Hosting;
using Atelier.Server.Wire;

namespace Atelier.Server.Calls;

/// <summary>Writes a JSON answer with its length, over buffers that each thread keeps.</summary>
/// <remarks>The answers of the queue are most of what this server writes, so they take neither reflection nor a new buffer.</remarks>
static class JsonAnswer
{
    // A larger answer (a long log) gets a buffer of its own, so that one of them does not stay in memory on every thread.
    const int KeptBytesMax = 64 * 1024;

    static readonly TimeSpan DefaultPatience = new ServerOptions().SlowReaderTimeout;

    [ThreadStatic]
    static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    static Utf8JsonWriter? _json;

    /// <summary>Sends what <paramref name="write"/> writes from <paramref name="state"/>.</summary>
    public static void Send<TState>(HttpContext context, int status, TState state, Action<Utf8JsonWriter, TState> write)
    {
        var buffer = _buffer ??= new(1024);
        var json = _json ??= new(buffer, WireJson.Relaxed);
        try
        {
            write(json, state);
            json.Flush();
            Send(context, status, buffer.WrittenSpan);
        }
        finally
        {
            if (buffer.Capacity > KeptBytesMax)
            {
                _buffer = null;
                _json = null;
                json.Dispose();
            }
            else
            {
                buffer.ResetWrittenCount();
                json.Reset();
            }
        }
    }

    /// <summary>One server-sent event with what <paramref name="write"/> writes as its data.</summary>
    public static byte[] ToEvent<TState>(TState state, Action<Utf8JsonWriter, TState> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        buffer.Write("data: "u8);
        using (var json = new Utf8JsonWriter(buffer, WireJson.Relaxed))
        {
            write(json, state);
        }

        buffer.Write("\n\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Sends a short body. The server passes it on when the request's task ends.</summary>
    public static void Send(HttpContext context, int status, ReadOnlySpan<byte> body)
    {
        Begin(context.Response, status, body.Length);
        context.Response.BodyWriter.Write(body);
    }

    /// <summary>Sends a body of any length, as fast as the caller reads it.</summary>
    public static async Task SendAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        Begin(context.Response, status, body.Length);
        if (body.Length <= ServerOptions.ReaderPartBytes)
        {
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
        }
        else
        {
            await SendPartsAsync(context, body);
        }
    }

    /// <summary>Sends a piece of a body whose status and headers are set, as fast as the caller reads it.</summary>
    /// <remarks>The server's own limit is a mean over all that was sent, so what the kernel took at once would buy hours.</remarks>
    public static async Task SendPartsAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        var patience = context.RequestServices.GetService<ServerOptions>()?.SlowReaderTimeout ?? DefaultPatience;
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            for (var rest = body; !rest.IsEmpty;)
            {
                var part = rest[..Math.Min(rest.Length, ServerOptions.ReaderPartBytes)];
                rest = rest[part.Length..];
                stall.CancelAfter(patience);
                await context.Response.BodyWriter.WriteAsync(part, stall.Token);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    static void Begin(HttpResponse response, int status, int length)
    {
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = length;
    }
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Atelier.Protocol.Realtime;

/// <summary>Frames about a session, not of it. They are JSON text whatever the client speaks (protocol §10.3).</summary>
public static class RealtimeFrames
{
    /// <summary>The session is over; the client connects again when it has something to say. Clients do not call it an error.</summary>
    public const string Timeout = "TIMEOUT";

    /// <summary>The app or its runner failed.</summary>
    public const string InternalError = "INTERNAL_ERROR";

    /// <summary>A message that cannot be read, or that does not fit the endpoint's schema.</summary>
    public const string BadRequest = "BAD_REQUEST";

    /// <summary>The whole frame that ends a session in peace, byte for byte as fal sends it.</summary>
    public static ReadOnlyMemory<byte> TimeoutFrame { get; } = Error(Timeout, "no inputs, reconnect when needed!");

    static JsonWriterOptions Writing => new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="error">In capitals: <see cref="InternalError"/>.</param>
    /// <param name="reason">A sentence for people.</param>
    public static ReadOnlyMemory<byte> Error(string error, string reason)
    {
        ArrayBufferWriter<byte> buffer = new(128);
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "x-fal-error"u8);
            json.WriteString("error"u8, error);
            json.WriteString("reason"u8, reason);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>How long the app took for the answer before it.</summary>
    public static ReadOnlyMemory<byte> Timing(TimeSpan elapsed)
    {
        ArrayBufferWriter<byte> buffer = new(96);
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "x-fal-message"u8);
            json.WriteString("action"u8, "timings"u8);
            json.WriteNumber("timing"u8, Math.Round(elapsed.TotalSeconds, 6));
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}

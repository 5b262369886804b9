using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Atelier.Apps;
using Atelier.Protocol.MessagePack;
using Atelier.Protocol.Realtime;

namespace Atelier.Models.Echo;

/// <summary>The two paths that are connected to instead of called.</summary>
public sealed partial class EchoProcess
{
    const int BytesMax = 16 * 1024 * 1024;
    const int DelayMaxMs = 600_000;

    /// <summary>Answers each message with itself, or with what it asks for.</summary>
    [Realtime(
        "/realtime",
        Title = "Echo (process, realtime)",
        Category = "json",
        Description = "A diagnostic: answers each message with itself, by way of a runner process.",
        Diagnostic = true)]
    public async Task<RealtimeMessage> AnswerAsync(RealtimeMessage message, Call call, CancellationToken cancellationToken)
    {
        using var parsed = Parse(message);
        var asked = parsed.RootElement;
        if (Number(asked, "delay_ms") is > 0 and var delay)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(delay, DelayMaxMs)), time, cancellationToken);
        }

        if (IsTrue(asked, "crash"))
        {
            Environment.FailFast("The message asked for a crash.");
        }

        if (IsTrue(asked, "fail"))
        {
            throw new AppException("asked to fail", 500);
        }

        call.EndSession = IsTrue(asked, "bye");
        return Number(asked, "bytes") is >= 0 and <= BytesMax and var count ? Bytes(count, asked) : message;
    }

    /// <summary>Answers each frame with itself, until the caller closes.</summary>
    [WebSocketEndpoint(
        "/ws",
        Title = "Echo (process, WebSocket)",
        Category = "json",
        Description = "A diagnostic: answers each frame with itself, by way of a runner process.",
        Diagnostic = true)]
    public static async Task EchoFramesAsync(WebSocket socket, Call call, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken)
            is { MessageType: not WebSocketMessageType.Close } read)
        {
            await socket.SendAsync(
                buffer.AsMemory(0, read.Count), read.MessageType, read.EndOfMessage, cancellationToken);
        }
    }

    static JsonDocument Parse(RealtimeMessage message)
    {
        try
        {
            var parsed = JsonDocument.Parse(message.As(RealtimeFormat.Json));
            return parsed.RootElement.ValueKind is JsonValueKind.Object
                ? parsed
                : throw new MessagePackException("A message must be a map");
        }
        catch (JsonException)
        {
            throw new MessagePackException("The text is not valid JSON");
        }
    }

    static RealtimeMessage Bytes(int count, JsonElement asked)
    {
        ArrayBufferWriter<byte> output = new(count + 64);
        var writer = new MessagePackWriter(output);
        var hasId = asked.TryGetProperty("request_id", out var id);
        writer.WriteMapHeader(hasId ? 2 : 1);
        writer.Write("bytes");
        writer.WriteBinary(new byte[count]);
        if (hasId)
        {
            writer.Write("request_id");
            MessagePackJson.FromJson(id, writer);
        }

        return new(RealtimeFormat.MessagePack, output.WrittenMemory);
    }

    static int? Number(JsonElement asked, string name) =>
        asked.TryGetProperty(name, out var field) && field.ValueKind is JsonValueKind.Number
        && field.TryGetInt32(out var number) ? number : null;

    static bool IsTrue(JsonElement asked, string name) =>
        asked.TryGetProperty(name, out var field) && field.ValueKind is JsonValueKind.True;
}

using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Atelier.Protocol.MessagePack;
using Atelier.Protocol.Realtime;

namespace Atelier.Server.Echo;

/// <summary>What <c>/realtime</c> and <c>/ws</c> of the echo apps do: <c>docs/echo.md</c>.</summary>
static class EchoSockets
{
    /// <summary>The largest answer of bytes that can be asked for.</summary>
    const int BytesMax = 16 * 1024 * 1024;

    /// <summary>Answers each message with itself, or with what it asks for.</summary>
    public static async IAsyncEnumerable<RealtimeOutput> RealtimeAsync(
        RealtimeInputs inputs, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in inputs.WithCancellation(cancellationToken))
        {
            var asked = Read(message);
            if (asked.DelayMs > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(asked.DelayMs, 600_000)), time, cancellationToken);
            }

            if (asked.Fail)
            {
                throw new RealtimeException(RealtimeFrames.InternalError, "asked to fail");
            }

            yield return asked.Bytes is { } count ? Bytes(count, asked.RequestId) : message.As;
            if (asked.Bye)
            {
                yield break;
            }
        }
    }

    /// <summary>Answers each frame with itself, until the caller closes.</summary>
    public static async Task RawAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken) is { MessageType: not WebSocketMessageType.Close } read)
        {
            await socket.SendAsync(buffer.AsMemory(0, read.Count), read.MessageType, read.EndOfMessage, cancellationToken);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken);
    }

    static Asked Read(RealtimeMessage message)
    {
        try
        {
            using var parsed = JsonDocument.Parse(message.As(RealtimeFormat.Json));
            var root = parsed.RootElement;
            if (root.ValueKind is not JsonValueKind.Object)
            {
                throw new MessagePackException("A message must be a map");
            }

            return new(
                Find(root, "bytes") is { } bytes && bytes.TryGetInt32(out var count) && count is >= 0 and <= BytesMax ? count : null,
                Find(root, "delay_ms") is { } delay && delay.TryGetInt32(out var milliseconds) ? milliseconds : 0,
                root.TryGetProperty("fail", out var fail) && fail.ValueKind is JsonValueKind.True,
                root.TryGetProperty("bye", out var bye) && bye.ValueKind is JsonValueKind.True,
                root.TryGetProperty("request_id", out var id) ? id.Clone() : null);
        }
        catch (JsonException)
        {
            throw new MessagePackException("The text is not valid JSON");
        }
    }

    static JsonElement? Find(JsonElement root, string name) =>
        root.TryGetProperty(name, out var number) && number.ValueKind is JsonValueKind.Number ? number : null;

    static RealtimeOutput Bytes(int count, JsonElement? requestId) => format =>
    {
        var content = new byte[count];
        ArrayBufferWriter<byte> output = new(count + 64);
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(requestId is null ? 1 : 2);
        writer.Write("bytes");
        writer.WriteBinary(content);
        if (requestId is { } id)
        {
            writer.Write("request_id");
            MessagePackJson.FromJson(id, writer);
        }

        return new RealtimeMessage(RealtimeFormat.MessagePack, output.WrittenMemory).As(format);
    };

    sealed record Asked(int? Bytes, int DelayMs, bool Fail, bool Bye, JsonElement? RequestId);
}

using System.Buffers;
using Atelier.Protocol.MessagePack;

namespace Atelier.Protocol.Realtime;

/// <summary>One message of a session, as it was sent. What it says is read when somebody asks.</summary>
/// <param name="Format">What <paramref name="Payload"/> is written in.</param>
/// <param name="Payload">The whole message.</param>
public sealed record RealtimeMessage(RealtimeFormat Format, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The message in a format; the payload itself where that is its own.</summary>
    /// <exception cref="MessagePackException">It is not what its format says, or the other format cannot hold it.</exception>
    public ReadOnlyMemory<byte> As(RealtimeFormat format)
    {
        if (format == Format)
        {
            return Payload;
        }

        ArrayBufferWriter<byte> output = new(Payload.Length + 64);
        if (format is RealtimeFormat.Json)
        {
            MessagePackJson.ToJson(Payload.Span, output);
        }
        else
        {
            MessagePackJson.FromJson(Payload, output);
        }

        return output.WrittenMemory;
    }
}

/// <summary>One answer of a session, written once it is known in which format the client wants it.</summary>
public delegate ReadOnlyMemory<byte> RealtimeOutput(RealtimeFormat format);

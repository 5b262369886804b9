using System.Buffers;
using System.Text;
using System.Text.Json;
using Atelier.Protocol.MessagePack;

namespace Atelier.Tests.Fuzz.Targets;

/// <summary>What realtime clients send: MessagePack, turned into JSON and back.</summary>
static class MessagePackTargets
{
    static readonly byte[][] Seeds =
    [
        .. new[]
        {
            """{"prompt":"a fox","seed":7,"big":4294967296,"neg":-129,"f":2.5,"on":true,"off":null}""",
            """[[],{},[1,[2,[3,[4]]]],"ü😀",{"a":{"b":{"c":[0.1]}}}]""",
            $"{{\"text\":\"{new string('x', 300)}\"}}",
        }.Select(json =>
        {
            ArrayBufferWriter<byte> output = new();
            MessagePackJson.FromJson(Encoding.UTF8.GetBytes(json), output);
            return output.WrittenSpan.ToArray();
        }),
        [0x81, 0xa1, 0x62, 0xc4, 0x03, 1, 2, 3],
        [0xd6, 0xff, 0x5f, 0x5e, 0x10, 0x00],
        [0xc7, 12, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x5f, 0x5e, 0x10, 0x00],
    ];

    static readonly byte[][] Tokens =
    [
        [0xdd, 0xff, 0xff, 0xff, 0xff], [0xdf, 0x7f, 0xff, 0xff, 0xff], [0xdb, 0xff, 0xff, 0xff, 0xff], [0xc6, 0x80, 0, 0, 0], [0xc9, 0xff, 0xff, 0xff, 0xff, 1],
        [0x91, 0x91, 0x91, 0x91], [0x81, 0xa0], [0xc1], [0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0], [0xdc, 0xff, 0xff], [0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ];

    public static readonly FuzzTarget[] All = [new("messagepack", Seeds, Tokens, Try), new("messagepack-from-json", Texts(), [], TryFromJson)];

    static byte[][] Texts() => FuzzTarget.Texts("""{"a":[1,-2,3.5,1e300,"x",null,true]}""", "\"\\ud83d\\ude00\"", "[[[[[]]]]]", "18446744073709551616");

    static void Try(byte[] input)
    {
        ArrayBufferWriter<byte> json = new();
        try
        {
            MessagePackJson.ToJson(input, json);
        }
        catch (MessagePackException)
        {
            return;
        }

        using var document = JsonDocument.Parse(json.WrittenMemory, new() { MaxDepth = 64 });
        ArrayBufferWriter<byte> again = new();
        MessagePackJson.FromJson(json.WrittenMemory, again);
    }

    static void TryFromJson(byte[] input)
    {
        ArrayBufferWriter<byte> packed = new(), json = new();
        try
        {
            MessagePackJson.FromJson(input, packed);
        }
        catch (MessagePackException)
        {
            return;
        }

        MessagePackJson.ToJson(packed.WrittenSpan, json);
    }
}

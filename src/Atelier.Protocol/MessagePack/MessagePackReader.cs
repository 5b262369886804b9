using System.Buffers.Binary;
using System.Text.Unicode;

namespace Atelier.Protocol.MessagePack;

/// <summary>
/// Reads MessagePack token by token. Nothing is allocated, and no length is believed that the bytes at hand do not
/// bear out.
/// </summary>
/// <remarks>The format: https://github.com/msgpack/msgpack/blob/master/spec.md.</remarks>
public ref struct MessagePackReader
{
    /// <summary>The deepest nesting, as for JSON.</summary>
    public const int DepthMax = 64;

    ReadOnlySpan<byte> _rest;

    public MessagePackReader(ReadOnlySpan<byte> bytes) => _rest = bytes;

    /// <summary>All bytes are read.</summary>
    public readonly bool IsEnd => _rest.IsEmpty;

    /// <exception cref="MessagePackException">The bytes end early, or are not MessagePack.</exception>
    public MessagePackToken Read()
    {
        var head = Take(1)[0];
        return head switch
        {
            <= 0x7f => Whole(head),
            <= 0x8f => Map(head & 0x0f),
            <= 0x9f => Array(head & 0x0f),
            <= 0xbf => String(head & 0x1f),
            >= 0xe0 => Whole((sbyte)head),
            0xc0 => default,
            0xc1 => throw new MessagePackException("The byte 0xc1 is no MessagePack"),
            0xc2 or 0xc3 => new() { Type = MessagePackType.Boolean, Integer = head & 1 },
            0xc4 => Binary(UInt8()),
            0xc5 => Binary(UInt16()),
            0xc6 => Binary(UInt32()),
            0xc7 => Extension(UInt8()),
            0xc8 => Extension(UInt16()),
            0xc9 => Extension(UInt32()),
            0xca => Float(BinaryPrimitives.ReadSingleBigEndian(Take(4))),
            0xcb => Float(BinaryPrimitives.ReadDoubleBigEndian(Take(8))),
            0xcc => Whole(UInt8()),
            0xcd => Whole(UInt16()),
            0xce => Whole(UInt32()),
            0xcf => Unsigned(BinaryPrimitives.ReadUInt64BigEndian(Take(8))),
            0xd0 => Whole((sbyte)UInt8()),
            0xd1 => Whole(BinaryPrimitives.ReadInt16BigEndian(Take(2))),
            0xd2 => Whole(BinaryPrimitives.ReadInt32BigEndian(Take(4))),
            0xd3 => Whole(BinaryPrimitives.ReadInt64BigEndian(Take(8))),
            >= 0xd4 and <= 0xd8 => Extension(1L << (head - 0xd4)),
            0xd9 => String(UInt8()),
            0xda => String(UInt16()),
            0xdb => String(UInt32()),
            0xdc => Array(UInt16()),
            0xdd => Array(UInt32()),
            0xde => Map(UInt16()),
            0xdf => Map(UInt32()),
        };
    }

    static MessagePackToken Whole(long number) => new() { Type = MessagePackType.Integer, Integer = number };

    static MessagePackToken Unsigned(ulong number) => number <= long.MaxValue
        ? Whole((long)number)
        : new() { Type = MessagePackType.Unsigned, Unsigned = number };

    static MessagePackToken Float(double number) => new() { Type = MessagePackType.Float, Float = number };

    MessagePackToken String(long length)
    {
        var text = Take(length);
        return Utf8.IsValid(text)
            ? new() { Type = MessagePackType.String, Bytes = text }
            : throw new MessagePackException("A string is not valid UTF-8");
    }

    MessagePackToken Binary(long length) => new() { Type = MessagePackType.Binary, Bytes = Take(length) };

    MessagePackToken Extension(long length)
    {
        var type = (sbyte)UInt8();
        return new() { Type = MessagePackType.Extension, ExtensionType = type, Bytes = Take(length) };
    }

    readonly MessagePackToken Array(long count) => Group(MessagePackType.Array, count, bytesEach: 1);

    readonly MessagePackToken Map(long count) => Group(MessagePackType.Map, count, bytesEach: 2);

    // A member takes a byte at least: a head that promises more members than bytes is a lie.
    readonly MessagePackToken Group(MessagePackType type, long count, int bytesEach) => count * bytesEach <= _rest.Length
        ? new() { Type = type, Count = (int)count }
        : throw Short();

    byte UInt8() => Take(1)[0];

    ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    ReadOnlySpan<byte> Take(long length)
    {
        if (length > _rest.Length)
        {
            throw Short();
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    static MessagePackException Short() => new("The MessagePack ends before its value does");
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Atelier.Protocol.MessagePack;

/// <summary>Writes MessagePack, each value in its shortest encoding, as <c>@msgpack/msgpack</c> does.</summary>
public readonly ref struct MessagePackWriter(IBufferWriter<byte> output)
{
    /// <summary>The extension that is a time.</summary>
    public const sbyte TimestampExtension = -1;

    public void WriteNil() => Head(0xc0);

    public void Write(bool value) => Head(value ? (byte)0xc3 : (byte)0xc2);

    public void Write(long value)
    {
        switch (value)
        {
            case >= 0:
                Write((ulong)value);
                break;
            case >= -32:
                Head((byte)value);
                break;
            case >= sbyte.MinValue:
                Head(0xd0, [(byte)value]);
                break;
            case >= short.MinValue:
                BinaryPrimitives.WriteInt16BigEndian(Room(0xd1, 2), (short)value);
                break;
            case >= int.MinValue:
                BinaryPrimitives.WriteInt32BigEndian(Room(0xd2, 4), (int)value);
                break;
            default:
                BinaryPrimitives.WriteInt64BigEndian(Room(0xd3, 8), value);
                break;
        }
    }

    public void Write(ulong value)
    {
        switch (value)
        {
            case <= 0x7f:
                Head((byte)value);
                break;
            case <= byte.MaxValue:
                Head(0xcc, [(byte)value]);
                break;
            case <= ushort.MaxValue:
                BinaryPrimitives.WriteUInt16BigEndian(Room(0xcd, 2), (ushort)value);
                break;
            case <= uint.MaxValue:
                BinaryPrimitives.WriteUInt32BigEndian(Room(0xce, 4), (uint)value);
                break;
            default:
                BinaryPrimitives.WriteUInt64BigEndian(Room(0xcf, 8), value);
                break;
        }
    }

    public void Write(double value) => BinaryPrimitives.WriteDoubleBigEndian(Room(0xcb, 8), value);

    public void Write(ReadOnlySpan<char> text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        StringHead(bytes);
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(bytes)));
    }

    public void WriteBinary(ReadOnlySpan<byte> bytes)
    {
        Length(bytes.Length, 0xc4, 0xc5, 0xc6);
        output.Write(bytes);
    }

    /// <summary>The head of an array; its members follow.</summary>
    public void WriteArrayHeader(int count) => Group(count, 0x90, 0xdc, 0xdd);

    /// <summary>The head of a map; as many keys, each with its value, follow.</summary>
    public void WriteMapHeader(int count) => Group(count, 0x80, 0xde, 0xdf);

    /// <summary>A value of the application's own kind.</summary>
    public void WriteExtension(sbyte type, ReadOnlySpan<byte> bytes)
    {
        switch (bytes.Length)
        {
            case 1 or 2 or 4 or 8 or 16:
                Head((byte)(0xd4 + int.Log2(bytes.Length)));
                break;
            default:
                Length(bytes.Length, 0xc7, 0xc8, 0xc9);
                break;
        }

        Head((byte)type);
        output.Write(bytes);
    }

    void StringHead(int length)
    {
        if (length < 32)
        {
            Head((byte)(0xa0 | length));
        }
        else
        {
            Length(length, 0xd9, 0xda, 0xdb);
        }
    }

    void Group(int count, byte small, byte medium, byte large)
    {
        if (count < 16)
        {
            Head((byte)(small | count));
        }
        else if (count <= ushort.MaxValue)
        {
            BinaryPrimitives.WriteUInt16BigEndian(Room(medium, 2), (ushort)count);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(Room(large, 4), (uint)count);
        }
    }

    void Length(int length, byte small, byte medium, byte large)
    {
        if (length <= byte.MaxValue)
        {
            Head(small, [(byte)length]);
        }
        else if (length <= ushort.MaxValue)
        {
            BinaryPrimitives.WriteUInt16BigEndian(Room(medium, 2), (ushort)length);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(Room(large, 4), (uint)length);
        }
    }

    void Head(byte head, params ReadOnlySpan<byte> more) => more.CopyTo(Room(head, more.Length));

    // The bytes after a head; they are counted as written already.
    Span<byte> Room(byte head, int length)
    {
        var room = output.GetSpan(length + 1);
        room[0] = head;
        output.Advance(length + 1);
        return room.Slice(1, length);
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Atelier.Server.Packs.Conversion;

/// <summary>Writes one protocol-buffers message: the few field kinds that an ONNX file is made of.</summary>
/// <remarks>Encoding: https://protobuf.dev/programming-guides/encoding.</remarks>
sealed class ProtoWriter
{
    const int Varint = 0;
    const int LengthPrefixed = 2;
    const int Fixed32 = 5;

    readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>The message so far.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public ProtoWriter Int(int field, long value)
    {
        Tag(field, Varint);
        Number((ulong)value);
        return this;
    }

    public ProtoWriter Float(int field, float value)
    {
        Tag(field, Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
        return this;
    }

    public ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Message(int field, ProtoWriter message) => Bytes(field, message.Written.Span);

    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Length(field, value.Length);
        _buffer.Write(value);
        return this;
    }

    /// <summary>Begins a field of <paramref name="length"/> bytes that the caller writes after this message.</summary>
    public ProtoWriter Length(int field, long length)
    {
        Tag(field, LengthPrefixed);
        Number((ulong)length);
        return this;
    }

    void Tag(int field, int kind) => Number((ulong)(field << 3 | kind));

    void Number(ulong value)
    {
        var span = _buffer.GetSpan(10);
        var count = 0;
        while (value >= 0x80)
        {
            span[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[count++] = (byte)value;
        _buffer.Advance(count);
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Atelier.Server.Packs.Conversion;

/// <summary>
/// Reads an ncnn <c>.bin</c> file in order: the weights of each layer follow those of the layer before.
/// </summary>
sealed class NcnnWeights(SafeFileHandle file)
{
    // ncnn's modelbin.cpp: a flag stands before each weight block, none before biases and slopes.
    const uint Plain = 0;
    const uint HalfFloats = 0x01306B47;
    const uint Signed8 = 0x000D4B38;
    const uint Raw = 0x0002C056;
    const int PaletteBytes = 256 * 4;
    const int BlockBytes = 64 * 1024;

    readonly long _length = RandomAccess.GetLength(file);
    long _offset;

    /// <summary>True when the last byte was taken: anything else means the net was read wrongly.</summary>
    public bool AtEnd => _offset == _length;

    /// <summary>The next block of weights, as floats.</summary>
    /// <exception cref="InvalidDataException">
    /// The block is in a form that is not converted, or the file ends in it.
    /// </exception>
    public TensorData Weights(int count)
    {
        var flag = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        switch (flag)
        {
            case Plain or Raw:
                return Floats(count);
            case HalfFloats:
                var start = Skip((count * 2L + 3) / 4 * 4);
                return new(TensorData.FloatType, count * 4L, to => WriteHalves(to, start, count));
            case Signed8:
                throw new InvalidDataException("The ncnn net holds 8-bit weights, which are not converted.");
            default:
                var palette = MemoryMarshal.Cast<byte, float>(Take(PaletteBytes)).ToArray();
                var indices = Take(count);
                Skip((4 - count % 4) % 4);
                return TensorData.Of(Array.ConvertAll(indices, index => palette[index]));
        }
    }

    /// <summary>The next plain floats: biases, slopes, scales.</summary>
    public TensorData Floats(int count)
    {
        var start = Skip(count * 4L);
        return new(TensorData.FloatType, count * 4L, to => Copy(to, start, count * 4L));
    }

    /// <summary>Weights in memory, for the one layer whose axes must be swapped.</summary>
    public float[] WeightsNow(int count)
    {
        using var memory = new MemoryStream(count * 4);
        Weights(count).Write(memory);
        return MemoryMarshal.Cast<byte, float>(memory.GetBuffer().AsSpan(0, count * 4)).ToArray();
    }

    byte[] Take(int count)
    {
        var bytes = new byte[count];
        ReadAt(Skip(count), bytes);
        return bytes;
    }

    long Skip(long count)
    {
        if (count < 0 || _offset + count > _length)
        {
            throw new InvalidDataException("The ncnn weights end before the net does.");
        }

        var start = _offset;
        _offset += count;
        return start;
    }

    void Copy(Stream to, long start, long count)
    {
        var block = new byte[BlockBytes];
        for (var done = 0L; done < count; done += BlockBytes)
        {
            var part = block.AsSpan(0, (int)Math.Min(BlockBytes, count - done));
            ReadAt(start + done, part);
            to.Write(part);
        }
    }

    void WriteHalves(Stream to, long start, int count)
    {
        var halves = new Half[BlockBytes / 2];
        var floats = new float[halves.Length];
        for (var done = 0; done < count; done += halves.Length)
        {
            var part = Math.Min(halves.Length, count - done);
            ReadAt(start + done * 2L, MemoryMarshal.AsBytes(halves.AsSpan(0, part)));
            for (var i = 0; i < part; i++)
            {
                floats[i] = (float)halves[i];
            }

            to.Write(MemoryMarshal.AsBytes(floats.AsSpan(0, part)));
        }
    }

    void ReadAt(long offset, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            var read = RandomAccess.Read(file, into, offset);
            if (read == 0)
            {
                throw new InvalidDataException("The ncnn weights became shorter while they were read.");
            }

            into = into[read..];
            offset += read;
        }
    }
}

using System.Buffers.Binary;

namespace Atelier.Engines.Audio;

/// <summary>Sound to a WAV file: one channel, 16-bit PCM, the 44-byte header that every player reads.</summary>
public static class WavWriter
{
    /// <summary>Bytes before the first sample.</summary>
    public const int HeaderBytes = 44;

    const int BytesPerSample = 2;

    /// <param name="samples">From -1 to 1; what is louder is clipped, what is no number is silence.</param>
    /// <param name="sampleRate">Samples a second.</param>
    public static byte[] Write(ReadOnlySpan<float> samples, int sampleRate)
    {
        var dataBytes = checked(samples.Length * BytesPerSample);
        var file = new byte[HeaderBytes + dataBytes];
        var header = file.AsSpan(0, HeaderBytes);
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], HeaderBytes - 8 + dataBytes);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);   // Bytes of the format chunk.
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1);    // PCM.
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1);    // Channels.
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], sampleRate * BytesPerSample);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], BytesPerSample);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 8 * BytesPerSample);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], dataBytes);

        var data = file.AsSpan(HeaderBytes);
        for (var index = 0; index < samples.Length; index++)
        {
            var sample = float.IsNaN(samples[index]) ? 0 : Math.Clamp(samples[index], -1, 1);
            BinaryPrimitives.WriteInt16LittleEndian(
                data[(index * BytesPerSample)..], (short)MathF.Round(sample * short.MaxValue));
        }

        return file;
    }
}

namespace Atelier.Engines.Imaging;

/// <summary>A picture in memory: sRGB, 8 bits, interleaved, rows from the top without padding.</summary>
public sealed class PixelBuffer
{
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="channels">1 for a mask, 3 for RGB, 4 for RGBA with straight alpha.</param>
    /// <param name="data">The pixels, not copied.</param>
    /// <exception cref="ArgumentException">The sizes do not go with the data.</exception>
    public PixelBuffer(int width, int height, int channels, byte[] data)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (channels is not (1 or 3 or 4) || data.LongLength != (long)width * height * channels)
        {
            throw new ArgumentException(
                $"{data.LongLength} bytes are not {width} x {height} pixels of {channels}.", nameof(data));
        }

        (Width, Height, Channels, Data) = (width, height, channels, data);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>1, 3 or 4.</summary>
    public int Channels { get; }

    /// <summary>The pixels, shared.</summary>
    public byte[] Data { get; }

    /// <summary>The colours alone; this picture itself when it has no alpha.</summary>
    public PixelBuffer WithoutAlpha()
    {
        if (Channels != 4)
        {
            return this;
        }

        var rgb = new byte[Width * Height * 3];
        for (int from = 0, to = 0; from < Data.Length; from += 4, to += 3)
        {
            Data.AsSpan(from, 3).CopyTo(rgb.AsSpan(to));
        }

        return new(Width, Height, 3, rgb);
    }

    /// <summary>One channel as a picture of its own.</summary>
    public PixelBuffer Channel(int channel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)channel, (uint)Channels);
        var plane = new byte[Width * Height];
        for (var pixel = 0; pixel < plane.Length; pixel++)
        {
            plane[pixel] = Data[(pixel * Channels) + channel];
        }

        return new(Width, Height, 1, plane);
    }

    /// <summary>These colours with a mask of the same size as their alpha.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public PixelBuffer WithAlpha(PixelBuffer mask)
    {
        if (mask.Channels != 1 || mask.Width != Width || mask.Height != Height || Channels == 1)
        {
            throw new ArgumentException(
                $"{mask.Width} x {mask.Height} x {mask.Channels} is no mask for {Width} x {Height}.", nameof(mask));
        }

        var rgba = new byte[Width * Height * 4];
        for (var pixel = 0; pixel < mask.Data.Length; pixel++)
        {
            Data.AsSpan(pixel * Channels, 3).CopyTo(rgba.AsSpan(pixel * 4));
            rgba[(pixel * 4) + 3] = mask.Data[pixel];
        }

        return new(Width, Height, 4, rgba);
    }

    /// <summary>A rectangle of it.</summary>
    public PixelBuffer Crop(int left, int top, int width, int height)
    {
        var data = new byte[width * height * Channels];
        for (var row = 0; row < height; row++)
        {
            Data.AsSpan((((top + row) * Width) + left) * Channels, width * Channels)
                .CopyTo(data.AsSpan(row * width * Channels));
        }

        return new(width, height, Channels, data);
    }
}

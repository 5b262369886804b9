using Atelier.Engines.Imaging;
using Atelier.Engines.Onnx;

namespace Atelier.Engines.Vision;

/// <summary>A Real-ESRGAN net: a picture to one of four times the side.</summary>
/// <remarks>
/// Works in overlapping tiles, so that memory depends on the tile and not on the picture. Holds the weights; safe to
/// call from many threads.
/// </remarks>
public sealed class Upscaler : IDisposable
{
    /// <summary>What the nets do to each side.</summary>
    public const int Factor = 4;

    /// <summary>
    /// Pixels a side that a tile contributes when nothing else is asked for. With the largest net, x4plus, a run takes
    /// about 20 kB a pixel seen (measured), so some 800 MB.
    /// </summary>
    public const int TileDefault = 160;

    /// <summary>Above this a tile's activations pass two gigabytes.</summary>
    public const int TileMax = 256;

    /// <summary>Below this nearly all work would go into overlaps.</summary>
    public const int TileMin = 32;

    /// <summary>Pixels of the result; the picture in work is as large.</summary>
    public const long OutputPixelsMax = 256_000_000;

    // Pixels around a tile that the net sees too.
    const int Margin = 16;

    const string Input = "data";
    const string Output = "sr_out";

    readonly OnnxSession _session;

    Upscaler(OnnxSession session) => _session = session;

    /// <param name="modelPath">A net converted from ncnn: <c>data</c> [n,3,h,w] to <c>sr_out</c> [n,3,4h,4w].</param>
    /// <param name="threads">For one run.</param>
    public static Upscaler Load(string modelPath, int threads) =>
        new(OnnxSession.Load(modelPath, threads, [Input], [Output]));

    /// <summary>Pixels of the largest picture in work for a result of the given scale.</summary>
    public static long PixelsInWork(int width, int height, double scale)
    {
        var side = Math.Max(scale, Factor);
        return (long)(width * side * (height * side));
    }

    /// <summary>Another size by the net, and by resampling where the scale is not the net's four.</summary>
    /// <param name="picture">RGB, or RGBA, whose alpha is resampled on its own.</param>
    /// <param name="scale">Of each side, over 0.</param>
    /// <param name="tile">Pixels a side that a tile contributes; 0 is <see cref="TileDefault"/>.</param>
    /// <param name="onTile">Told after each tile: how many are done, and of how many.</param>
    /// <param name="cancellationToken">Stops within a tile.</param>
    /// <exception cref="ImageException">The result would pass <see cref="OutputPixelsMax"/>.</exception>
    public PixelBuffer Upscale(
        PixelBuffer picture, double scale, int tile, Action<int, int>? onTile, CancellationToken cancellationToken)
    {
        if (PixelsInWork(picture.Width, picture.Height, scale) > OutputPixelsMax)
        {
            throw new ImageException(
                ImageFault.TooLarge,
                $"{picture.Width} x {picture.Height} pixels are too many for a scale of {scale:0.##}: the result, and "
                    + $"{Factor} times the picture, may have {OutputPixelsMax / 1_000_000} million pixels.");
        }

        var side = tile == 0 ? TileDefault : Math.Clamp(tile, TileMin, TileMax);
        var large = FourTimes(picture.WithoutAlpha(), side, onTile, cancellationToken);
        var width = Math.Max(1, (int)Math.Round(picture.Width * scale));
        var height = Math.Max(1, (int)Math.Round(picture.Height * scale));
        var result = Pictures.Resize(large, width, height, ResizeKernel.Lanczos3);
        return picture.Channels == 4
            ? result.WithAlpha(Pictures.Resize(picture.Channel(3), width, height, ResizeKernel.Cubic))
            : result;
    }

    PixelBuffer FourTimes(
        PixelBuffer picture, int tile, Action<int, int>? onTile, CancellationToken cancellationToken)
    {
        var columns = TileSpan.Cut(picture.Width, tile + (2 * Margin), Margin);
        var rows = TileSpan.Cut(picture.Height, tile + (2 * Margin), Margin);
        var width = Math.Min(picture.Width, tile + (2 * Margin));
        var height = Math.Min(picture.Height, tile + (2 * Margin));
        var large = new PixelBuffer(
            picture.Width * Factor, picture.Height * Factor, 3,
            new byte[picture.Width * Factor * picture.Height * Factor * 3]);
        var done = 0;
        foreach (var row in rows)
        {
            foreach (var column in columns)
            {
                var seen = Planes(picture, column.Start, row.Start, width, height);
                var made = _session.Run([(Input, seen)], [Output], cancellationToken)[0];
                if (made.Shape is not [1, 3, var madeHeight, var madeWidth]
                    || madeHeight != height * Factor || madeWidth != width * Factor)
                {
                    throw new InvalidDataException($"The net made [{string.Join(", ", made.Shape)}], not 4x.");
                }

                Keep(made.Floats, madeWidth, madeHeight, column, row, large);
                onTile?.Invoke(++done, rows.Length * columns.Length);
            }
        }

        return large;
    }

    static Tensor<float> Planes(PixelBuffer picture, int left, int top, int width, int height)
    {
        var plane = width * height;
        var planes = new float[3 * plane];
        for (var y = 0; y < height; y++)
        {
            var row = picture.Data.AsSpan((((top + y) * picture.Width) + left) * 3, width * 3);
            var at = y * width;
            for (var x = 0; x < width; x++)
            {
                planes[at + x] = row[x * 3] / 255f;
                planes[plane + at + x] = row[(x * 3) + 1] / 255f;
                planes[(2 * plane) + at + x] = row[(x * 3) + 2] / 255f;
            }
        }

        return Tensor.Of(planes, 1, 3, height, width);
    }

    static void Keep(float[] planes, int width, int height, TileSpan column, TileSpan row, PixelBuffer large)
    {
        var plane = width * height;
        for (var y = row.KeepFrom * Factor; y < row.KeepTo * Factor; y++)
        {
            var from = ((y - (row.Start * Factor)) * width) + ((column.KeepFrom - column.Start) * Factor);
            var to = ((y * large.Width) + (column.KeepFrom * Factor)) * 3;
            for (var x = 0; x < (column.KeepTo - column.KeepFrom) * Factor; x++)
            {
                large.Data[to++] = Byte(planes[from + x]);
                large.Data[to++] = Byte(planes[plane + from + x]);
                large.Data[to++] = Byte(planes[(2 * plane) + from + x]);
            }
        }
    }

    static byte Byte(float value) => (byte)Math.Clamp(MathF.Round(value * 255), 0, 255);

    public void Dispose() => _session.Dispose();
}

using Atelier.Engines.Imaging;

namespace Atelier.Tests;

/// <summary>
/// The small pictures beside the tests: 24 x 16, written by sharp, each the same drawing in another format.
/// </summary>
static class TestPictures
{
    public const int Width = 24;

    public const int Height = 16;

    public static byte[] Bytes(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Pictures", name));

    /// <summary>The drawing: red grows to the right, green downwards, blue falls in the middle.</summary>
    public static byte[] Pixel(int x, int y) => [(byte)(x * 10), (byte)(y * 15), (byte)(x < 12 ? 200 : 40)];

    /// <summary>The largest difference of the first three channels from the drawing.</summary>
    public static int Difference(PixelBuffer picture)
    {
        var worst = 0;
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var expected = Pixel(x, y);
                for (var channel = 0; channel < 3; channel++)
                {
                    var actual = picture.Data[(((y * picture.Width) + x) * picture.Channels) + channel];
                    worst = Math.Max(worst, Math.Abs(actual - expected[channel]));
                }
            }
        }

        return worst;
    }
}

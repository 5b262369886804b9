using Atelier.Engines.Imaging;
using Atelier.Tests;

namespace Atelier.Engines.Tests.Imaging;

public sealed class PictureTests
{
    public PictureTests() => Natives.LoadVips();

    [Theory]
    [InlineData("rgb.png", 0)]
    [InlineData("rgba.png", 0)]
    [InlineData("rgb.webp", 0)]
    [InlineData("rgb.tiff", 0)]
    [InlineData("rgb16.png", 0)]
    [InlineData("rgba16.png", 0)]
    [InlineData("rgb.jpg", 12)]
    [InlineData("rgb.avif", 12)]
    [InlineData("rgb.gif", 20)]
    [InlineData("p3.png", 5)]
    public void Every_format_shows_the_same_drawing(string name, int tolerance)
    {
        var picture = Pictures.Load(TestPictures.Bytes(name), keepAlpha: false);

        Assert.Equal((24, 16, 3), (picture.Width, picture.Height, picture.Channels));
        Assert.InRange(TestPictures.Difference(picture), 0, tolerance);
    }

    [Theory]
    [InlineData("rgba.png")]
    [InlineData("rgba16.png")]
    public void Alpha_is_kept_when_asked_for(string name)
    {
        var picture = Pictures.Load(TestPictures.Bytes(name), keepAlpha: true);

        Assert.Equal(4, picture.Channels);
        Assert.Equal((5 + 7) * 6, picture.Data[(((7 * 24) + 5) * 4) + 3]);
        Assert.InRange(TestPictures.Difference(picture), 0, 0);
    }

    [Fact]
    public void Grey_becomes_three_equal_channels()
    {
        var picture = Pictures.Load(TestPictures.Bytes("grey.png"), keepAlpha: true);

        Assert.Equal(3, picture.Channels);
        Assert.Equal([46, 46, 46], picture.Data[(((3 * 24) + 5) * 3)..(((3 * 24) + 5) * 3 + 3)]);
    }

    [Fact]
    public void A_picture_is_turned_as_its_exif_says()
    {
        var picture = Pictures.Load(TestPictures.Bytes("rotated.jpg"), keepAlpha: false);

        Assert.Equal((16, 24), (picture.Width, picture.Height));

        // A quarter turn clockwise: the left column from below becomes the top row.
        var topLeft = picture.Data[..3];
        var expected = TestPictures.Pixel(0, 15);
        Assert.All(Enumerable.Range(0, 3), band => Assert.InRange(topLeft[band] - expected[band], -20, 20));
    }

    [Fact]
    public void Cmyk_becomes_rgb_of_about_the_same_colours()
    {
        var picture = Pictures.Load(TestPictures.Bytes("cmyk.jpg"), keepAlpha: false);

        Assert.Equal((24, 16, 3), (picture.Width, picture.Height, picture.Channels));

        // Bright cyan-blue at the lower left stays so; ink cannot hold the drawing's exact colours.
        var lowerLeft = picture.Data.AsSpan(((14 * 24) + 1) * 3, 3);
        Assert.True(lowerLeft[0] < 110 && lowerLeft[1] > 140 && lowerLeft[2] > 140);
    }

    [Theory]
    [InlineData("text.txt", ImageFault.Unreadable)]
    [InlineData("truncated.jpg", ImageFault.Unreadable)]
    [InlineData("truncated.png", ImageFault.Unreadable)]
    [InlineData("heic.heic", ImageFault.UnsupportedFormat)]
    [InlineData("bomb.png", ImageFault.TooLarge)]
    public void A_bad_file_is_refused_with_its_reason(string name, ImageFault fault)
    {
        var refused = Assert.Throws<ImageException>(() => Pictures.Load(TestPictures.Bytes(name), keepAlpha: false));

        Assert.Equal(fault, refused.Fault);
    }

    [Fact]
    public void The_refusal_of_a_format_lists_those_that_are_read()
    {
        var refused = Assert.Throws<ImageException>(() => Pictures.Inspect(TestPictures.Bytes("heic.heic")));

        Assert.Equal(
            "Unsupported image format: Heic. Supported formats: JPEG, PNG, WebP, AVIF, GIF, TIFF.", refused.Message);
    }

    [Fact]
    public void A_bomb_is_refused_by_its_header()
    {
        // Decoded it would take 10.8 GB.
        var refused = Assert.Throws<ImageException>(() => Pictures.Inspect(TestPictures.Bytes("bomb.png")));

        Assert.Equal(ImageFault.TooLarge, refused.Fault);
    }

    [Fact]
    public void No_bytes_crash_the_decoder()
    {
        var whole = TestPictures.Bytes("rgb.png");
        foreach (var seed in Enumerable.Range(0, 300))
        {
            var random = new Random(seed);
            var broken = whole[..random.Next(whole.Length)];
            foreach (var _ in Enumerable.Range(0, Math.Min(8, broken.Length)))
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }

            try
            {
                Pictures.Load(broken, keepAlpha: true);
            }
            catch (ImageException)
            {
                // Refused, as it should be; some breakages leave a picture.
            }
        }
    }

    [Fact]
    public void Png_gives_back_every_pixel()
    {
        var picture = Pictures.Load(TestPictures.Bytes("rgba.png"), keepAlpha: true);

        var again = Pictures.Load(Pictures.EncodePng(picture), keepAlpha: true);

        Assert.Equal(picture.Data, again.Data);
    }

    [Fact]
    public void Jpeg_and_webp_are_written_as_such()
    {
        var picture = Pictures.Load(TestPictures.Bytes("rgba.png"), keepAlpha: true);

        Assert.Equal(ImageFormat.Jpeg, Pictures.Inspect(Pictures.EncodeJpeg(picture, 95)).Format);
        Assert.Equal(ImageFormat.Webp, Pictures.Inspect(Pictures.EncodeWebp(picture, 90)).Format);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 40)]
    [InlineData(48, 32)]
    [InlineData(23, 15)]
    public void A_resized_picture_has_exactly_the_size_asked_for(int width, int height)
    {
        var picture = Pictures.Load(TestPictures.Bytes("rgb.png"), keepAlpha: false);

        var resized = Pictures.Resize(picture, width, height, ResizeKernel.Lanczos3);

        Assert.Equal((width, height), (resized.Width, resized.Height));
    }
}

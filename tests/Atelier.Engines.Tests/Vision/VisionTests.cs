using Atelier.Engines.Imaging;
using Atelier.Engines.Vision;
using Atelier.Tests;

namespace Atelier.Engines.Tests.Vision;

/// <summary>
/// Against what onnxruntime-node 1.30.0 and sharp 0.34.5 make of the same decoded pixels and the same files
/// (Golden/*.png). The mask was seen to be equal.
/// </summary>
public sealed class VisionTests
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    public VisionTests()
    {
        Natives.LoadOnnx();
        Natives.LoadVips();
    }

    [Fact]
    public void The_mask_is_the_reference_graphs()
    {
        using var remover = BackgroundRemover.Load(Packs.File("u2netp", "u2netp.onnx"), 2);

        var mask = remover.Mask(Pictures.Load(TestPictures.Bytes("ball.png"), keepAlpha: false), Token);

        var golden = Golden("ball-mask.png").Channel(0);
        Assert.InRange(MeanDifference(golden, mask), 0, 1);
        Assert.InRange(OverlapOverUnion(golden, mask), 0.99, 1);

        // The ball is in it and the corner is not.
        Assert.True(mask.Data[(62 * 160) + 86] > 240 && mask.Data[0] < 15);
    }

    [Fact]
    public void A_dark_picture_has_the_mask_of_a_bright_one()
    {
        using var remover = BackgroundRemover.Load(Packs.File("u2netp", "u2netp.onnx"), 2);
        var picture = Pictures.Load(TestPictures.Bytes("ball.png"), keepAlpha: false);
        var dark = new PixelBuffer(160, 120, 3, Array.ConvertAll(picture.Data, value => (byte)(value / 3)));

        var overlap = OverlapOverUnion(remover.Mask(picture, Token), remover.Mask(dark, Token));

        Assert.InRange(overlap, 0.98, 1);
    }

    [Theory]
    [InlineData("realesrgan-x4plus")]
    [InlineData("realesrgan-x4plus-anime")]
    [InlineData("realesr-animevideov3-x4")]
    public void Four_times_the_size_is_the_reference_graphs(string pack)
    {
        using var upscaler = Upscaler.Load(Packs.File(pack, "model.onnx"), 2);

        var large = upscaler.Upscale(
            Pictures.Load(TestPictures.Bytes("edge.png"), keepAlpha: false), 4, 0, null, Token);

        Assert.Equal((160, 128), (large.Width, large.Height));
        Assert.InRange(MeanDifference(Golden($"edge-{pack}.png"), large), 0, 1);
    }

    [Fact]
    public void Tiles_leave_no_seams()
    {
        using var upscaler = Upscaler.Load(Packs.File("realesr-animevideov3-x4", "model.onnx"), 2);
        var picture = Pictures.Load(TestPictures.Bytes("ball.png"), keepAlpha: false);
        var steps = new List<string>();

        var whole = upscaler.Upscale(picture, 4, 256, null, Token);
        var tiled = upscaler.Upscale(picture, 4, 48, (done, all) => steps.Add($"{done}/{all}"), Token);

        Assert.Equal(["1/6", "2/6", "3/6", "4/6", "5/6", "6/6"], steps);
        Assert.InRange(MeanDifference(whole, tiled), 0, 1);
    }

    [Theory]
    [InlineData(1, 40, 32)]
    [InlineData(2, 80, 64)]
    [InlineData(2.55, 102, 82)]
    [InlineData(8, 320, 256)]
    public void Every_scale_gives_its_size(double scale, int width, int height)
    {
        using var upscaler = Upscaler.Load(Packs.File("realesr-animevideov3-x4", "model.onnx"), 2);

        var large = upscaler.Upscale(
            Pictures.Load(TestPictures.Bytes("edge.png"), keepAlpha: false), scale, 0, null, Token);

        Assert.Equal((width, height), (large.Width, large.Height));
    }

    [Fact]
    public void Alpha_is_enlarged_beside_the_colours()
    {
        using var upscaler = Upscaler.Load(Packs.File("realesr-animevideov3-x4", "model.onnx"), 2);
        var picture = Pictures.Load(TestPictures.Bytes("rgba.png"), keepAlpha: true);

        var large = upscaler.Upscale(picture, 2, 0, null, Token);

        Assert.Equal((48, 32, 4), (large.Width, large.Height, large.Channels));
        Assert.InRange(large.Data[(((16 * 48) + 24) * 4) + 3], (12 + 8 - 2) * 6, (12 + 8 + 2) * 6);
    }

    [Fact]
    public void A_result_beyond_the_limit_is_refused_before_any_work()
    {
        using var upscaler = Upscaler.Load(Packs.File("realesr-animevideov3-x4", "model.onnx"), 2);
        var wide = new PixelBuffer(5000, 4000, 3, new byte[5000 * 4000 * 3]);

        var refused = Assert.Throws<ImageException>(() => upscaler.Upscale(wide, 2, 0, null, Token));

        Assert.Equal(ImageFault.TooLarge, refused.Fault);
    }

    [Fact]
    public async Task A_cancelled_run_stops_within_a_tile()
    {
        using var upscaler = Upscaler.Load(Packs.File("realesrgan-x4plus", "model.onnx"), 2);
        var picture = new PixelBuffer(160, 160, 3, new byte[160 * 160 * 3]);
        using var stop = new CancellationTokenSource();

        var work = Task.Run(() => upscaler.Upscale(picture, 4, 0, null, stop.Token), Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
    }

    static PixelBuffer Golden(string name) => Pictures.Load(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", name)), keepAlpha: false);

    static double MeanDifference(PixelBuffer one, PixelBuffer other)
    {
        Assert.Equal((one.Width, one.Height, one.Channels), (other.Width, other.Height, other.Channels));
        return one.Data.Zip(other.Data, (a, b) => Math.Abs(a - b)).Average();
    }

    static double OverlapOverUnion(PixelBuffer one, PixelBuffer other)
    {
        var pairs = one.Data.Zip(other.Data, (a, b) => (One: a >= 128, Other: b >= 128)).ToArray();
        return (double)pairs.Count(pair => pair.One && pair.Other) / pairs.Count(pair => pair.One || pair.Other);
    }
}

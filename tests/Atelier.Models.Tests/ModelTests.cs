using System.Buffers.Binary;
using Atelier.Apps;
using Atelier.Engines.Imaging;
using Atelier.Tests;

namespace Atelier.Models.Tests;

public sealed class ModelTests
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    readonly RecordingCall _call = new();

    [Fact]
    public async Task Kokoro_answers_a_wav()
    {
        var app = new Kokoro();
        await app.SetupAsync(Setup("onnxruntime", "g2p-en", "kokoro"), Token);

        var output = await app.AmericanAsync(new() { Prompt = "Hello world." }, _call, Token);
        await app.BritishAsync(new() { Prompt = "Hello world.", Voice = "bm_lewis", Speed = 2 }, _call, Token);
        await app.TeardownAsync();

        Assert.Equal(("audio/wav", "speech.wav"), (output.Audio.ContentType, output.Audio.FileName));
        var wav = _call.Saved[0].Content;
        Assert.Equal(24_000, BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(24)));
        Assert.InRange(wav.Length, 24_000, 240_000);
        Assert.InRange(_call.Saved[1].Content.Length, 12_000, wav.Length);
        Assert.Equal(["piece 1/1", "piece 1/1"], _call.Lines);
    }

    [Fact]
    public async Task Kokoro_says_when_there_is_nothing_to_speak()
    {
        var app = new Kokoro();
        await app.SetupAsync(Setup("onnxruntime", "g2p-en", "kokoro"), Token);

        var refused = await Assert.ThrowsAsync<FieldException>(
            () => app.AmericanAsync(new() { Prompt = "…" }, _call, Token));
        await app.TeardownAsync();

        Assert.Equal("prompt", refused.Field);
    }

    [Fact]
    public async Task Rembg_answers_a_png_with_alpha()
    {
        var app = await RembgAsync();
        _call.Files["ball"] = TestPictures.Bytes("ball.png");

        var whole = await app.RunAsync(new() { ImageUrl = "ball" }, _call, Token);
        var cropped = await app.RunAsync(new() { ImageUrl = "ball", CropToBbox = true }, _call, Token);
        await app.TeardownAsync();

        Assert.Equal(("image/png", 160, 120), (whole.Image.ContentType, whole.Image.Width, whole.Image.Height));
        Assert.Equal(4, Pictures.Load(_call.Saved[0].Content, keepAlpha: true).Channels);

        // The ball is 88 x 92.
        Assert.InRange(cropped.Image.Width, 84, 130);
        Assert.InRange(cropped.Image.Height, 88, 119);
    }

    [Theory]
    [InlineData("text.txt", "image_load_error")]
    [InlineData("truncated.jpg", "image_load_error")]
    [InlineData("heic.heic", "unsupported_image_format")]
    [InlineData("bomb.png", "image_too_large")]
    public async Task A_bad_picture_is_an_error_of_its_field(string name, string type)
    {
        var app = await RembgAsync();
        _call.Files["picture"] = TestPictures.Bytes(name);

        var refused = await Assert.ThrowsAsync<FieldException>(
            () => app.RunAsync(new() { ImageUrl = "picture" }, _call, Token));
        await app.TeardownAsync();

        Assert.Equal(("image_url", type, 422), (refused.Field, refused.Type, refused.StatusCode));
        Assert.True(type != "image_too_large" || refused.Context!["max_width"].Equals(14_142));
    }

    [Theory]
    [InlineData("RealESRGAN_x4_anime_v3", "png")]
    [InlineData("RealESRGAN_x4plus_anime_6B", "jpeg")]
    public async Task Esrgan_answers_a_larger_picture(string model, string format)
    {
        var app = await EsrganAsync();
        _call.Files["edge"] = TestPictures.Bytes("edge.png");

        var output = await app.RunAsync(
            new() { ImageUrl = "edge", Model = model, OutputFormat = format, Scale = 3 }, _call, Token);
        await app.TeardownAsync();

        Assert.Equal(($"image/{format}", 120, 96), (output.Image.ContentType, output.Image.Width, output.Image.Height));
        Assert.Equal(["tile 1/1"], _call.Lines);
        Assert.Equal(120, Pictures.Inspect(_call.Saved[0].Content).Width);
    }

    [Theory]
    [InlineData("RealESRGAN_x2plus", false, "model")]
    [InlineData("RealESRGAN_x4_v3", false, "model")]
    [InlineData("RealESRGAN_x4_wdn_v3", false, "model")]
    [InlineData("RealESRGAN_x4plus", true, "face")]
    public async Task Esrgan_says_what_it_cannot_do(string model, bool face, string field)
    {
        var app = await EsrganAsync();

        var refused = await Assert.ThrowsAsync<FieldException>(
            () => app.RunAsync(new() { ImageUrl = "none", Model = model, Face = face }, _call, Token));

        Assert.Equal((field, "feature_not_supported"), (refused.Field, refused.Type));
    }

    static async Task<Rembg> RembgAsync()
    {
        var app = new Rembg();
        await app.SetupAsync(Setup("onnxruntime", "libvips", "u2netp"), Token);
        return app;
    }

    static async Task<Esrgan> EsrganAsync()
    {
        var app = new Esrgan();
        await app.SetupAsync(
            Setup("onnxruntime", "libvips", "realesrgan-x4plus-anime", "realesr-animevideov3-x4"), Token);
        return app;
    }

    static AppSetup Setup(params string[] packs) => new(packs.ToDictionary(name => name, Packs.Folder));
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Atelier.Apps;
using Atelier.Engines.Imaging;
using Atelier.Engines.Onnx;
using Atelier.Engines.Vision;

namespace Atelier.Models;

/// <summary>fal-ai/esrgan: a larger picture, with the detail that a net supposes.</summary>
[App("fal-ai/esrgan", Packs =
    ["onnxruntime", "libvips", "realesrgan-x4plus", "realesrgan-x4plus-anime", "realesr-animevideov3-x4"])]
public sealed class Esrgan : App
{
    const int JpegQuality = 95;

    // The variants whose weights are at hand; the schema's other names are refused.
    static readonly Dictionary<string, string> PackOf = new()
    {
        ["RealESRGAN_x4plus"] = "realesrgan-x4plus",
        ["RealESRGAN_x4plus_anime_6B"] = "realesrgan-x4plus-anime",
        ["RealESRGAN_x4_anime_v3"] = "realesr-animevideov3-x4",
    };

    // One variant is resident: written and used only by the one request that a runner works on at a time.
    (string Model, Upscaler Net)? _loaded;
    AppSetup? _setup;

    public override Task SetupAsync(AppSetup setup, CancellationToken cancellationToken)
    {
        _setup = setup;
        OnnxRuntime.Load(Path.Combine(setup.Pack("onnxruntime"), "libonnxruntime.so.1"));
        Vips.Load(Path.Combine(setup.Pack("libvips"), "libvips-cpp.so"));
        return Task.CompletedTask;
    }

    public override Task TeardownAsync()
    {
        _loaded?.Net.Dispose();
        return Task.CompletedTask;
    }

    public sealed record Input
    {
        [Description("The picture: a URL or a data URI.")]
        public required string ImageUrl { get; init; }

        [Description("How many times as long each side becomes.")]
        [Range(1.0, 8.0)]
        public double Scale { get; init; } = 2;

        [Description("Which net.")]
        [AllowedValues(
            "RealESRGAN_x4plus", "RealESRGAN_x2plus", "RealESRGAN_x4plus_anime_6B", "RealESRGAN_x4_v3",
            "RealESRGAN_x4_wdn_v3", "RealESRGAN_x4_anime_v3")]
        public string Model { get; init; } = "RealESRGAN_x4plus";

        [Description("Pixels a side of the tiles that are worked on; 0 chooses. Smaller needs less memory.")]
        [Range(0, 4096)]
        public int Tile { get; init; }

        [Description("Restore faces; not available here.")]
        public bool Face { get; init; }

        [Description("The result's format.")]
        [AllowedValues("png", "jpeg")]
        public string OutputFormat { get; init; } = "png";
    }

    /// <param name="Image">The larger picture.</param>
    public sealed record Output(ImageOutput Image);

    [Endpoint("/", Title = "Upscale Images", Category = "image-to-image",
        Description = "Enlarges a picture one to eight times with Real-ESRGAN.", Fidelity = "exact",
        Model = "Real-ESRGAN; realesrgan-x4plus@1, realesrgan-x4plus-anime@1, realesr-animevideov3-x4@1",
        Card = "Esrgan.md")]
    public async Task<Output> RunAsync(Input input, Call call, CancellationToken cancellationToken)
    {
        if (!PackOf.ContainsKey(input.Model))
        {
            throw NotSupported(
                "model", $"{input.Model} is not available here; there are {string.Join(", ", PackOf.Keys)}.");
        }

        if (input.Face)
        {
            throw NotSupported("face", "Face restoration is not available here; leave face false.");
        }

        var picture = await InputPicture.LoadAsync(input.ImageUrl, keepAlpha: true, call, cancellationToken);
        var (file, width, height) = await InputPicture.RunAsync(
            () =>
            {
                var large = Net(input.Model).Upscale(
                    picture, input.Scale, input.Tile, (done, all) => call.Log($"tile {done}/{all}"),
                    cancellationToken);
                var encoded = input.OutputFormat == "png"
                    ? Pictures.EncodePng(large)
                    : Pictures.EncodeJpeg(large, JpegQuality);
                return (encoded, large.Width, large.Height);
            },
            cancellationToken);
        return new(await call.SaveImageAsync(
            file, $"image/{input.OutputFormat}", $"image.{input.OutputFormat}", width, height, cancellationToken));
    }

    Upscaler Net(string model)
    {
        if (_loaded is { } loaded)
        {
            if (loaded.Model == model)
            {
                return loaded.Net;
            }

            loaded.Net.Dispose();
            _loaded = null;
        }

        var net = Upscaler.Load(Path.Combine(_setup!.Pack(PackOf[model]), "model.onnx"), Inference.Threads);
        _loaded = (model, net);
        return net;
    }

    static FieldException NotSupported(string field, string message) => new(field, message, "feature_not_supported");
}

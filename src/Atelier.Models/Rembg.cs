using System.ComponentModel;
using Atelier.Apps;
using Atelier.Engines.Imaging;
using Atelier.Engines.Onnx;
using Atelier.Engines.Vision;

namespace Atelier.Models;

/// <summary>fal-ai/rembg: a picture without its background.</summary>
[App("fal-ai/rembg", Packs = ["onnxruntime", "libvips", "u2netp"])]
public sealed class Rembg : App
{
    // At or under this a pixel is background, when the picture is cropped to what is left.
    const byte VisibleAlpha = 1;

    BackgroundRemover? _remover;

    public override Task SetupAsync(AppSetup setup, CancellationToken cancellationToken) => Inference.RunAsync(
        () =>
        {
            OnnxRuntime.Load(Path.Combine(setup.Pack("onnxruntime"), "libonnxruntime.so.1"));
            Vips.Load(Path.Combine(setup.Pack("libvips"), "libvips-cpp.so"));
            return _remover = BackgroundRemover.Load(
                Path.Combine(setup.Pack("u2netp"), "u2netp.onnx"), Inference.Threads);
        },
        cancellationToken);

    public override Task TeardownAsync()
    {
        _remover?.Dispose();
        return Task.CompletedTask;
    }

    public sealed record Input
    {
        [Description("The picture: a URL or a data URI.")]
        public required string ImageUrl { get; init; }

        [Description("Answer the picture as a data URI and keep none of it.")]
        public bool SyncMode { get; init; }

        [Description("Cut the picture down to what is left of it.")]
        public bool CropToBbox { get; init; }
    }

    /// <param name="Image">PNG with alpha.</param>
    public sealed record Output(ImageOutput Image);

    [Endpoint("/", Title = "Remove Background", Category = "image-to-image",
        Description = "Removes the background of a picture.", Fidelity = "like",
        Model = "U2-Net small (u2netp); u2netp@1", Card = "Rembg.md")]
    [Endpoint("/imageutils", Id = "fal-ai/imageutils/rembg", Title = "Remove Background",
        Category = "image-to-image", Description = "Removes the background of a picture.", Fidelity = "like",
        Model = "U2-Net small (u2netp); u2netp@1", Card = "Rembg.md")]
    public async Task<Output> RunAsync(Input input, Call call, CancellationToken cancellationToken)
    {
        var picture = await InputPicture.LoadAsync(input.ImageUrl, keepAlpha: false, call, cancellationToken);
        var (png, width, height) = await InputPicture.RunAsync(
            () =>
            {
                var cut = picture.WithAlpha(_remover!.Mask(picture, cancellationToken));
                cut = input.CropToBbox ? CropToVisible(cut) : cut;
                return (Pictures.EncodePng(cut), cut.Width, cut.Height);
            },
            cancellationToken);
        return new(await call.SaveImageAsync(png, "image/png", "image.png", width, height, cancellationToken));
    }

    /// <summary>The smallest rectangle with all visible pixels; the picture itself when there are none.</summary>
    internal static PixelBuffer CropToVisible(PixelBuffer picture)
    {
        var (left, top, right, bottom) = (picture.Width, picture.Height, -1, -1);
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                if (picture.Data[(((y * picture.Width) + x) * 4) + 3] > VisibleAlpha)
                {
                    (left, right) = (Math.Min(left, x), Math.Max(right, x));
                    (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
                }
            }
        }

        return right < 0 ? picture : picture.Crop(left, top, right - left + 1, bottom - top + 1);
    }
}

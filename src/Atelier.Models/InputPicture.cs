using Atelier.Apps;
using Atelier.Engines.Imaging;

namespace Atelier.Models;

/// <summary>Pictures that callers send: fetched, checked, decoded; refusals name the field.</summary>
static class InputPicture
{
    const string Field = "image_url";

    /// <exception cref="FieldException">422 with one of fal's error types for pictures.</exception>
    public static async Task<PixelBuffer> LoadAsync(
        string url, bool keepAlpha, Call call, CancellationToken cancellationToken)
    {
        var file = await call.FetchAsync(Field, url, ImageLimits.FileBytesMax, cancellationToken);
        return await RunAsync(() => Pictures.Load(file, keepAlpha), cancellationToken);
    }

    /// <summary>Computes with a caller's picture; what the engine refuses becomes the field's error.</summary>
    public static async Task<T> RunAsync<T>(Func<T> compute, CancellationToken cancellationToken)
    {
        try
        {
            return await Inference.RunAsync(compute, cancellationToken);
        }
        catch (ImageException refused)
        {
            throw ToFieldException(refused);
        }
    }

    static FieldException ToFieldException(ImageException refused) => refused.Fault switch
    {
        ImageFault.UnsupportedFormat => new(Field, refused.Message, "unsupported_image_format")
        {
            Context = new Dictionary<string, object> { ["supported_formats"] = ImageFormats.Readable.Split(", ") },
        },
        ImageFault.TooLarge => new(Field, refused.Message, "image_too_large")
        {
            Context = new Dictionary<string, object>
            {
                ["max_height"] = ImageLimits.SideMax,
                ["max_width"] = ImageLimits.SideMax,
            },
        },
        _ => new(Field, refused.Message, "image_load_error"),
    };
}

using System.Runtime.InteropServices;
using Atelier.Engines.Imaging.Native;

namespace Atelier.Engines.Imaging;

/// <summary>Files to pixels and back, and sizes to other sizes. Safe to call from many threads.</summary>
public static unsafe class Pictures
{
    /// <summary>Reads the header and refuses what must not be decoded.</summary>
    /// <exception cref="ImageException">Not a picture, not a format that is read, or too large.</exception>
    public static ImageHeader Inspect(ReadOnlyMemory<byte> file)
    {
        using var pin = file.Pin();
        using var image = Open(file, pin.Pointer, out var header);
        return header;
    }

    /// <summary>
    /// Decodes the first page: turned as EXIF says, in sRGB (by its profile; CMYK too), 8 bits, grey as RGB.
    /// </summary>
    /// <param name="file">A whole file.</param>
    /// <param name="keepAlpha">Whether a picture that has alpha keeps it; otherwise the result has 3 channels.</param>
    /// <exception cref="ImageException">No whole picture, no format that is read, or too large.</exception>
    public static PixelBuffer Load(ReadOnlyMemory<byte> file, bool keepAlpha)
    {
        using var pin = file.Pin();
        using var opened = Open(file, pin.Pointer, out _);
        try
        {
            using var upright = new VipsOperation("autorot").With("in", opened).Use(o => o.Image());
            using var srgb = ToSrgb(upright);
            var bands = keepAlpha && srgb.Bands >= 4 ? 4 : 3;
            using var wanted = new VipsOperation("extract_band").With("in", srgb)
                .With("band", "0").With("n", $"{bands}").Use(o => o.Image());
            using var eightBit = new VipsOperation("cast").With("in", wanted).With("format", "uchar")
                .Use(o => o.Image());
            return new(eightBit.Width, eightBit.Height, bands, eightBit.Pixels());
        }
        catch (VipsException)
        {
            throw Unreadable();
        }
    }

    /// <summary>Another size. Shrinking averages first, so that nothing flickers.</summary>
    public static PixelBuffer Resize(PixelBuffer picture, int width, int height, ResizeKernel kernel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (width == picture.Width && height == picture.Height)
        {
            return picture;
        }

        var pin = GCHandle.Alloc(picture.Data, GCHandleType.Pinned);
        try
        {
            using var source = Wrap(picture, pin);
            using var resized = new VipsOperation("resize").With("in", source)
                .With("scale", Number((double)width / picture.Width))
                .With("vscale", Number((double)height / picture.Height))
                .With("kernel", Nickname(kernel))
                .Use(o => o.Image());
            return new(width, height, picture.Channels, resized.Pixels());
        }
        finally
        {
            pin.Free();
        }
    }

    /// <summary>PNG: lossless, with alpha when there is some.</summary>
    public static byte[] EncodePng(PixelBuffer picture) =>
        Encode(picture, "pngsave_buffer", ("compression", "6"));

    /// <summary>JPEG; alpha is dropped.</summary>
    /// <param name="picture">RGB, RGBA or one channel.</param>
    /// <param name="quality">From 1 to 100; from 90 colours keep their full resolution.</param>
    public static byte[] EncodeJpeg(PixelBuffer picture, int quality) => Encode(
        picture.WithoutAlpha(), "jpegsave_buffer", ("Q", $"{quality}"), ("optimize-coding", "true"));

    /// <summary>WebP, lossy.</summary>
    /// <param name="picture">RGB, RGBA or one channel.</param>
    /// <param name="quality">From 1 to 100.</param>
    public static byte[] EncodeWebp(PixelBuffer picture, int quality) =>
        Encode(picture, "webpsave_buffer", ("Q", $"{quality}"));

    static byte[] Encode(PixelBuffer picture, string saver, params (string Name, string Value)[] options)
    {
        var pin = GCHandle.Alloc(picture.Data, GCHandleType.Pinned);
        try
        {
            using var source = Wrap(picture, pin);
            using var operation = new VipsOperation(saver).With("in", source);
            Array.ForEach(options, option => operation.With(option.Name, option.Value));
            return operation.Bytes();
        }
        finally
        {
            pin.Free();
        }
    }

    static VipsImage Open(ReadOnlyMemory<byte> file, void* data, out ImageHeader header)
    {
        var format = ImageFormats.Of(file.Span);
        if (format > ImageFormat.Tiff)
        {
            throw new ImageException(
                ImageFault.UnsupportedFormat,
                $"Unsupported image format: {format}. Supported formats: {ImageFormats.Readable}.");
        }

        if (file.Length > ImageLimits.FileBytesMax)
        {
            throw TooLarge();
        }

        var loader = format == ImageFormat.Unknown ? 0 : VipsLibrary.FindLoader(data, (nuint)file.Length);
        if (loader == 0)
        {
            throw Unreadable();
        }

        var image = OpenWith(Marshal.PtrToStringUTF8(loader)!, data, (nuint)file.Length);
        header = new(format, image.Width, image.Height, image.Bands);
        if (header.Width > ImageLimits.SideMax || header.Height > ImageLimits.SideMax
            || (long)header.Width * header.Height > ImageLimits.PixelsMax)
        {
            image.Dispose();
            throw TooLarge();
        }

        return image;
    }

    static VipsImage OpenWith(string loader, void* data, nuint bytes)
    {
        try
        {
            // A file that breaks off is an error, not a picture with a grey rest.
            using var operation = new VipsOperation(loader).With("buffer", data, bytes).With("fail-on", "truncated");
            return operation.Image();
        }
        catch (VipsException)
        {
            throw Unreadable();
        }
    }

    static VipsImage ToSrgb(VipsImage image)
    {
        if (image.HasProfile || image.IsCmyk)
        {
            try
            {
                // Perceptual, as sharp and browsers do it for photographs: out-of-gamut colours keep their relations.
                using var transform = new VipsOperation("icc_transform").With("in", image)
                    .With("output-profile", "srgb").With("embedded", "true").With("intent", "perceptual")
                    .With("input-profile", image.IsCmyk ? "cmyk" : "srgb");
                return transform.Image();
            }
            catch (VipsException)
            {
                // A profile for another kind of picture, or a damaged one: as if there were none.
            }
        }

        using var plain = new VipsOperation("colourspace").With("in", image).With("space", "srgb");
        return plain.Image();
    }

    static VipsImage Wrap(PixelBuffer picture, GCHandle pin)
    {
        using var raw = VipsImage.Over(
            (void*)pin.AddrOfPinnedObject(), (nuint)picture.Data.Length, picture.Width, picture.Height,
            picture.Channels);
        using var copy = new VipsOperation("copy").With("in", raw)
            .With("interpretation", picture.Channels == 1 ? "b-w" : "srgb");
        return copy.Image();
    }

    static VipsImage Use(this VipsOperation operation, Func<VipsOperation, VipsImage> take)
    {
        using (operation)
        {
            return take(operation);
        }
    }

    static string Number(double value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    static string Nickname(ResizeKernel kernel) => kernel switch
    {
        ResizeKernel.Nearest => "nearest",
        ResizeKernel.Linear => "linear",
        ResizeKernel.Cubic => "cubic",
        ResizeKernel.Lanczos3 => "lanczos3",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static ImageException Unreadable() => new(
        ImageFault.Unreadable,
        $"Failed to load the image. It must be a whole file in one of these formats: {ImageFormats.Readable}.");

    static ImageException TooLarge() => new(
        ImageFault.TooLarge,
        $"The image is too large: at most {ImageLimits.SideMax} pixels a side, {ImageLimits.PixelsMax / 1_000_000} "
            + $"million pixels and {ImageLimits.FileBytesMax / 1_000_000} MB.");
}

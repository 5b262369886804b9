namespace Atelier.Engines.Imaging;

/// <summary>Formats, told by the first bytes; those after <see cref="Tiff"/> are known but not read.</summary>
public enum ImageFormat
{
    Unknown,
    Jpeg,
    Png,
    Webp,
    Avif,
    Gif,
    Tiff,
    Heic,
    Bmp,
    JpegXl,
    Jpeg2000,
    Svg,
    Pdf,
}

/// <summary>Tells formats apart.</summary>
public static class ImageFormats
{
    /// <summary>The formats that are read, for people.</summary>
    public const string Readable = "JPEG, PNG, WebP, AVIF, GIF, TIFF";

    /// <summary>By the first bytes; a file's name and media type say nothing that can be relied on.</summary>
    public static ImageFormat Of(ReadOnlySpan<byte> file) => file switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => ImageFormat.Gif,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => ImageFormat.Tiff,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] =>
            ImageFormat.Webp,
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => Brand(file),
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => ImageFormat.Bmp,
        [0xFF, 0x0A, ..] or [0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L', (byte)' ', ..] => ImageFormat.JpegXl,
        [0, 0, 0, 12, (byte)'j', (byte)'P', (byte)' ', (byte)' ', ..] => ImageFormat.Jpeg2000,
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => ImageFormat.Pdf,
        _ => IsSvg(file) ? ImageFormat.Svg : ImageFormat.Unknown,
    };

    // AVIF and HEIC share a container; the list of brands says which codec is inside.
    static ImageFormat Brand(ReadOnlySpan<byte> file)
    {
        var length = Math.Min((int)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(file), file.Length);
        var brands = length > 8 ? file[8..length] : [];
        var found = ImageFormat.Unknown;
        for (; brands.Length >= 4; brands = brands[4..])
        {
            var brand = brands[..4];
            if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
            {
                return ImageFormat.Avif;
            }

            if (brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.SequenceEqual("mif1"u8))
            {
                found = ImageFormat.Heic;
            }
        }

        return found;
    }

    static bool IsSvg(ReadOnlySpan<byte> file) => file[..Math.Min(file.Length, 512)].IndexOf("<svg"u8) >= 0;
}

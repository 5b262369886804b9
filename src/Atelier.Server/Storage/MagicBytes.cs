namespace Atelier.Server.Storage;

/// <summary>Content types told from the first bytes, for uploads that name none.</summary>
static class MagicBytes
{
    /// <summary>The type, or null when nothing is recognised. Only formats that cannot carry script are.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> head) => head switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => "image/gif",
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => "image/bmp",
        [(byte)'I', (byte)'I', 0x2A, 0, ..] or [(byte)'M', (byte)'M', 0, 0x2A, ..] => "image/tiff",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, .. var form] => RiffType(form),
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', .. var brand] => IsoMediaType(brand),
        [(byte)'I', (byte)'D', (byte)'3', ..] => "audio/mpeg",
        [0xFF, 0xFB or 0xFA or 0xF3 or 0xF2, ..] => "audio/mpeg", // MPEG 1 and 2, layer III
        [0xFF, 0xF1 or 0xF9, ..] => "audio/aac",
        [(byte)'f', (byte)'L', (byte)'a', (byte)'C', ..] => "audio/flac",
        [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] => "audio/ogg",
        [0x1A, 0x45, 0xDF, 0xA3, ..] => "video/webm",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => "application/pdf",
        [(byte)'g', (byte)'l', (byte)'T', (byte)'F', ..] => "model/gltf-binary",
        [(byte)'P', (byte)'K', 3, 4, ..] => "application/zip",
        _ => null,
    };

    static string? RiffType(ReadOnlySpan<byte> form)
    {
        if (form.StartsWith("WEBP"u8))
        {
            return "image/webp";
        }

        return form.StartsWith("WAVE"u8) ? "audio/wav" : form.StartsWith("AVI "u8) ? "video/x-msvideo" : null;
    }

    static string IsoMediaType(ReadOnlySpan<byte> brand)
    {
        if (brand.StartsWith("avif"u8) || brand.StartsWith("avis"u8))
        {
            return "image/avif";
        }

        if (brand.StartsWith("heic"u8) || brand.StartsWith("heix"u8) || brand.StartsWith("mif1"u8))
        {
            return "image/heic";
        }

        return brand.StartsWith("M4A "u8) ? "audio/mp4" : brand.StartsWith("qt  "u8) ? "video/quicktime" : "video/mp4";
    }
}

namespace Atelier.Cli.Generate;

/// <summary>Media types by file extension, both ways.</summary>
static class MediaTypes
{
    public const string Unknown = "application/octet-stream";

    // The first extension of a type is the one that files of the type get.
    static readonly (string Extension, string Type)[] Known =
    [
        (".jpg", "image/jpeg"), (".jpeg", "image/jpeg"), (".png", "image/png"), (".webp", "image/webp"),
        (".gif", "image/gif"), (".avif", "image/avif"), (".tiff", "image/tiff"), (".tif", "image/tiff"),
        (".bmp", "image/bmp"), (".heic", "image/heic"), (".svg", "image/svg+xml"),
        (".mp4", "video/mp4"), (".mov", "video/quicktime"), (".webm", "video/webm"), (".m4v", "video/x-m4v"),
        (".mp3", "audio/mpeg"), (".wav", "audio/wav"), (".wav", "audio/x-wav"), (".flac", "audio/flac"),
        (".ogg", "audio/ogg"), (".m4a", "audio/mp4"), (".aac", "audio/aac"), (".opus", "audio/opus"),
        (".glb", "model/gltf-binary"), (".obj", "model/obj"), (".ply", "application/ply"),
        (".json", "application/json"), (".txt", "text/plain"), (".pdf", "application/pdf"),
        (".zip", "application/zip"), (".srt", "application/x-subrip"), (".vtt", "text/vtt"),
        (".safetensors", Unknown),
    ];

    /// <summary>The type of a file by its name.</summary>
    public static string OfFile(string name)
    {
        var extension = Path.GetExtension(name);
        var index = Array.FindIndex(
            Known, known => known.Extension.Equals(extension, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? Unknown : Known[index].Type;
    }

    /// <summary>True when the extension is one of media.</summary>
    public static bool IsKnownExtension(string name) => OfFile(name) is not Unknown;

    /// <summary>The extension of a type, with its dot; <c>.bin</c> when nobody knows.</summary>
    public static string Extension(string? type)
    {
        var bare = type?.Split(';')[0].Trim();
        var index = Array.FindIndex(Known, known => known.Type.Equals(bare, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? ".bin" : Known[index].Extension;
    }
}

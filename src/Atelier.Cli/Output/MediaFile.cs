using System.Text.Json;
using Atelier.Cli.Generate;

namespace Atelier.Cli.Output;

/// <summary>A file in a model's result.</summary>
/// <param name="Url">http(s) or a data URI.</param>
/// <param name="FileName">The name it was given, by the model: never trusted as a path.</param>
/// <param name="ContentType">Its media type, when the result says.</param>
/// <param name="Width">Pixels, of pictures.</param>
/// <param name="Height">Pixels, of pictures.</param>
sealed record MediaFile(string Url, string? FileName, string? ContentType, int? Width, int? Height)
{
    const int MaxDepth = 32;
    const int MaxNameLength = 50;

    // What other file systems refuse.
    const string Unwanted = ":*?\"<>|";

    /// <summary>All files of a result, in the order of the document.</summary>
    public static IReadOnlyList<MediaFile> FindAll(JsonElement result)
    {
        List<MediaFile> found = [];
        Collect(result, found, 0);
        return found;
    }

    /// <summary>The bare name to save under: the last path component, without what a terminal minds.</summary>
    public string SafeName
    {
        get
        {
            var raw = FileName ?? (IsData ? null : LastOf(Url));
            // Both separators: the name may come from a machine with the other one.
            var last = raw?.Split('/', '\\')[^1] ?? "";
            var safe = string.Concat(last.Select(c => char.IsControl(c) || Unwanted.Contains(c) ? '_' : c))
                .TrimStart('.', '-', ' ').TrimEnd('.', ' ');
            // File systems take 255 bytes; a temporary name is longer than this one, and a letter up to four bytes.
            if (safe.Length > MaxNameLength)
            {
                var extension = Path.GetExtension(safe) is { Length: <= 8 } known ? known : "";
                safe = safe[..(MaxNameLength - extension.Length)] + extension;
            }

            return safe.Length is 0 ? $"output{MediaTypes.Extension(ContentType ?? DataType)}" : safe;
        }
    }

    public bool IsData => Url.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    string? DataType => IsData ? Url["data:".Length..].Split(';', ',')[0] : null;

    static void Collect(JsonElement element, List<MediaFile> found, int depth)
    {
        if (depth > MaxDepth)
        {
            return;
        }

        if (element.ValueKind is JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Collect(item, found, depth + 1);
            }
        }
        else if (element.ValueKind is JsonValueKind.Object)
        {
            if (Read(element) is { } file)
            {
                found.Add(file);
                return;
            }

            foreach (var property in element.EnumerateObject())
            {
                if (depth is 0 && property.Name.EndsWith("_url", StringComparison.Ordinal)
                    && property.Value.ValueKind is JsonValueKind.String
                    && property.Value.GetString()! is var url && IsAddress(url) && LooksLikeMedia(url))
                {
                    found.Add(new(url, null, null, null, null));
                }

                Collect(property.Value, found, depth + 1);
            }
        }
    }

    // fal's file objects say what they are; a bare {"url"} counts when its extension does.
    static MediaFile? Read(JsonElement element)
    {
        if (Text("url") is not { } url || !IsAddress(url))
        {
            return null;
        }

        var file = new MediaFile(url, Text("file_name"), Text("content_type"), Number("width"), Number("height"));
        return file is not { FileName: null, ContentType: null, Width: null } || LooksLikeMedia(url) ? file : null;

        string? Text(string name) =>
            element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;

        int? Number(string name) =>
            element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number
            && value.TryGetInt32(out var number) ? number : null;
    }

    static bool IsAddress(string url) =>
        url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || url.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    static bool LooksLikeMedia(string url) =>
        url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || MediaTypes.IsKnownExtension(LastOf(url));

    static string LastOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address)
        ? Uri.UnescapeDataString(address.AbsolutePath.Split('/')[^1])
        : "";
}

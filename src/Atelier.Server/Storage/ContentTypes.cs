using Microsoft.Net.Http.Headers;

namespace Atelier.Server.Storage;

/// <summary>Content types: which one a file gets, and which ones a browser must not open in place.</summary>
static class ContentTypes
{
    public const string Unknown = "application/octet-stream";

    /// <summary>The given type, or what the first bytes say when none or an empty one was given.</summary>
    public static string Of(string? given, ReadOnlySpan<byte> head) =>
        MediaTypeHeaderValue.TryParse(given, out var parsed)
        && !parsed.MediaType.Equals(Unknown, StringComparison.OrdinalIgnoreCase)
            ? parsed.ToString()
            : MagicBytes.TypeOf(head) ?? Unknown;

    /// <summary>Types that can carry script: they are always downloaded, never shown under our origin.</summary>
    public static bool IsActive(string contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var parsed))
        {
            return true;
        }

        var subtype = parsed.SubType.Value ?? "";
        return subtype.Contains("html", StringComparison.OrdinalIgnoreCase)
            || subtype.Contains("xml", StringComparison.OrdinalIgnoreCase)
            || subtype.Contains("javascript", StringComparison.OrdinalIgnoreCase)
            || subtype.Contains("ecmascript", StringComparison.OrdinalIgnoreCase)
            || subtype.Contains("xslt", StringComparison.OrdinalIgnoreCase);
    }
}

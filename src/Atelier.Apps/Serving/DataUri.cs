using System.Buffers.Text;
using System.Text;

namespace Atelier.Apps.Serving;

/// <summary>Data URIs (RFC 2397), in and out: base64 and percent-encoded.</summary>
static class DataUri
{
    /// <summary>Longest content that a data URI may carry, in bytes. Larger files go through the file store.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    public static string Write(string contentType, ReadOnlySpan<byte> content) =>
        $"data:{contentType};base64,{Convert.ToBase64String(content)}";

    public static bool Is(string url) => url.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The content; null with <paramref name="tooLarge"/> or, for what is no data URI, without.</summary>
    public static byte[]? Read(string url, long maxBytes, out bool tooLarge)
    {
        tooLarge = false;
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0)
        {
            return null;
        }

        var limit = Math.Min(maxBytes, MaxBytes);
        var data = url.AsSpan(comma + 1);
        var isBase64 = url.AsSpan(0, comma).EndsWith(";base64", StringComparison.OrdinalIgnoreCase);

        // Before anything is decoded: what four characters of base64, or three of an escape, make at the least.
        if (data.Length / (isBase64 ? 4 : 3) * (isBase64 ? 3L : 1L) > limit + 3)
        {
            tooLarge = true;
            return null;
        }

        var content = isBase64 ? FromBase64(data) : Encoding.UTF8.GetBytes(Uri.UnescapeDataString(data.ToString()));
        tooLarge = content?.Length > limit;
        return tooLarge ? null : content;
    }

    static byte[]? FromBase64(ReadOnlySpan<char> data)
    {
        // Escaped signs (%2B, %3D) and the URL alphabet both occur in the wild.
        var text = data.Contains('%') ? Uri.UnescapeDataString(data.ToString()).AsSpan() : data;
        var plain = text.ContainsAny('-', '_') ? text.ToString().Replace('-', '+').Replace('_', '/').AsSpan() : text;
        var padded = plain.TrimEnd('=');
        if (padded.Length % 4 == 1 || !Base64.IsValid(plain) && plain.Length == padded.Length && padded.Length % 4 == 0)
        {
            return null;
        }

        var whole = padded.ToString().PadRight((padded.Length + 3) / 4 * 4, '=');
        var buffer = new byte[whole.Length / 4 * 3];
        return Convert.TryFromBase64String(whole, buffer, out var written) ? buffer[..written] : null;
    }
}

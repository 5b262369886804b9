namespace Atelier.Server.Calls;

/// <summary>The caller's own labels of a request: the header <c>X-Fal-Tags</c>, <c>team=art,run=7</c>.</summary>
static class RequestTags
{
    /// <summary>What a header that cannot be read is told.</summary>
    public const string Rule =
        "X-Fal-Tags must be k=v,k=v: at most 10 pairs and 1024 bytes, keys of a-z 0-9 . _ - up to 64 characters, each once and " +
        "not beginning with \"fal.\", values up to 256 characters";

    const int PairsMax = 10;
    const int BytesMax = 1024;
    const int KeyMaxLength = 64;
    const int ValueMaxLength = 256;

    // fal's own labels.
    const string Reserved = "fal.";

    /// <summary>Reads the header; null when it breaks the <see cref="Rule"/>. Spaces around keys and values do not count.</summary>
    public static IReadOnlyDictionary<string, string>? Parse(string text)
    {
        // Header values have one byte a character.
        var pairs = text.Split(',', StringSplitOptions.TrimEntries);
        if (text.Length > BytesMax || pairs.Length > PairsMax)
        {
            return null;
        }

        Dictionary<string, string> tags = new(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = at < 0 ? ("", "") : (pair[..at].TrimEnd(), pair[(at + 1)..].TrimStart());
            if (!IsKey(key) || value.Length > ValueMaxLength || !tags.TryAdd(key, value))
            {
                return null;
            }
        }

        return tags;
    }

    static bool IsKey(string key) =>
        key.Length is > 0 and <= KeyMaxLength && !key.StartsWith(Reserved, StringComparison.Ordinal) &&
        key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');
}

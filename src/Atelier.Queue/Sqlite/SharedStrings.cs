using System.Text;

namespace Atelier.Queue.Sqlite;

/// <summary>
/// One string for equal bytes: a hundred thousand loaded jobs share a few accounts, keys and endpoints.
/// </summary>
sealed class SharedStrings
{
    readonly Dictionary<string, string> _strings = new(StringComparer.Ordinal);
    readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _byChars;

    public SharedStrings() => _byChars = _strings.GetAlternateLookup<ReadOnlySpan<char>>();

    public string Get(ReadOnlySpan<byte> utf8)
    {
        Span<char> chars = stackalloc char[256];
        if (utf8.Length > chars.Length)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        chars = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        if (!_byChars.TryGetValue(chars, out var text))
        {
            text = chars.ToString();
            _strings.Add(text, text);
        }

        return text;
    }
}

using System.Globalization;
using System.Text;

namespace Atelier.Cli.Output;

/// <summary>Text of others, made safe for a terminal.</summary>
static class ControlText
{
    /// <summary>Shows control characters as escapes, so that a log line cannot move the cursor.</summary>
    public static string Escape(string text)
    {
        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\n' => safe.Append("\\n"),
                '\r' => safe.Append("\\r"),
                '\t' => safe.Append("\\t"),
                '\e' => safe.Append("\\e"),
                _ when IsUnsafe(c) => safe.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => safe.Append(c),
            };
        }

        return safe.ToString();
    }

    // Format characters include the bidirectional overrides, which reorder what is read.
    static bool IsUnsafe(char c) => char.IsControl(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

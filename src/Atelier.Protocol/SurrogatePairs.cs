using System.Text.Json;

namespace Atelier.Protocol;

/// <summary>
/// Half a surrogate pair (<c>\ud800</c> alone) parses as JSON and throws only when the text is read, which would be in the
/// middle of a pass; it cannot be written as UTF-8 either. So it is looked for before anything is read.
/// </summary>
public static class SurrogatePairs
{
    /// <summary>Whether every escaped surrogate has its other half.</summary>
    /// <param name="json">Valid JSON in UTF-8. Without such an escape, which is nearly always, it is not walked.</param>
    /// <param name="maxDepth">Levels of nesting that the JSON may have.</param>
    /// <exception cref="JsonException">It is no JSON, or too deep.</exception>
    public static bool AreWhole(ReadOnlySpan<byte> json, int maxDepth)
    {
        if (json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0)
        {
            return true;
        }

        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    _ = reader.GetString();
                }
            }
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        return true;
    }
}

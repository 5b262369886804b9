using System.Text.Json;

namespace Atelier.Server.History;

/// <summary>Looks for words in the strings of a JSON body.</summary>
static class TextSearch
{
    /// <summary>Longer strings are data URIs, not prompts.</summary>
    const int StringMaxBytes = 64 * 1024;

    /// <summary>Removes from <paramref name="missing"/> the words that some string holds, whatever their case.</summary>
    public static void RemoveFound(HashSet<string> missing, ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        try
        {
            while (missing.Count > 0 && json.Read())
            {
                if (json.TokenType is JsonTokenType.String && json.ValueSpan.Length <= StringMaxBytes)
                {
                    var text = json.GetString()!;
                    missing.RemoveWhere(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // An app may answer anything; a string may hold half a surrogate pair.
        }
    }
}

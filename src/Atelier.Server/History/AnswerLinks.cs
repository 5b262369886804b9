using System.Text.Json;

namespace Atelier.Server.History;

/// <summary>The web addresses that an answer names.</summary>
static class AnswerLinks
{
    const int LinkMaxBytes = 4096;

    /// <summary>Every string that is an http address, once, in the order of the answer; none of what is no JSON.</summary>
    public static IReadOnlyList<string> Of(ReadOnlySpan<byte> answer)
    {
        List<string> links = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        var json = new Utf8JsonReader(answer);
        try
        {
            while (json.Read())
            {
                if (json.TokenType is JsonTokenType.String && json.ValueSpan.Length <= LinkMaxBytes
                    && json.ValueSpan.StartsWith("http"u8) && seen.Add(json.GetString()!))
                {
                    links.Add(json.GetString()!);
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // An app may answer anything.
        }

        return links;
    }
}

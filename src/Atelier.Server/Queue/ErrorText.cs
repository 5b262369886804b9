using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Atelier.Server.Queue;

/// <summary>One sentence for the status of a request that completed badly.</summary>
static class ErrorText
{
    /// <summary>The answer's <c>detail</c>: a text as it is, of a list the first entry with its field; else the status's name.</summary>
    public static string Of(int status, ReadOnlyMemory<byte> body)
    {
        var fallback = ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } reason ? reason : $"HTTP {status}";
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind is not JsonValueKind.Object ||
                !document.RootElement.TryGetProperty("detail"u8, out var detail))
            {
                return fallback;
            }

            return detail.ValueKind switch
            {
                JsonValueKind.String => detail.GetString()!,
                JsonValueKind.Array when detail.GetArrayLength() > 0 => Entry(detail[0]) ?? fallback,
                _ => fallback,
            };
        }
        catch (JsonException)
        {
            // An app may answer an error with anything.
            return fallback;
        }
    }

    static string? Entry(JsonElement entry)
    {
        if (entry.ValueKind is not JsonValueKind.Object || !entry.TryGetProperty("msg"u8, out var message) ||
            message.ValueKind is not JsonValueKind.String)
        {
            return null;
        }

        // ["body", "images", 0] reads images.0
        var field = entry.TryGetProperty("loc"u8, out var loc) && loc.ValueKind is JsonValueKind.Array
            ? string.Join('.', loc.EnumerateArray().Skip(1).Select(part => part.ToString()))
            : "";
        return field is "" ? message.GetString() : $"{field}: {message.GetString()}";
    }
}

using System.Text.Json;
using Atelier.Server.Calls;

namespace Atelier.Server.History;

/// <summary>A stored body within a JSON answer.</summary>
static class PayloadJson
{
    /// <summary>The body as it is; null when it is deleted, and as a string when an app answered what is no JSON.</summary>
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlyMemory<byte>? body)
    {
        json.WritePropertyName(name);
        if (body is not { IsEmpty: false } bytes)
        {
            json.WriteNullValue();
        }
        else if (JsonInput.IsJson(bytes.Span, out _))
        {
            json.WriteRawValue(bytes.Span, skipInputValidation: true);
        }
        else
        {
            json.WriteStringValue(System.Text.Encoding.UTF8.GetString(bytes.Span));
        }
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Protocol;

/// <summary>The bodies of fal's errors, as UTF-8 JSON. One writer, so that server and runner cannot disagree.</summary>
public static class WireErrors
{
    // Quotes and plus signs as themselves: the bodies are JSON on the wire, never part of an HTML page.
    static readonly WireErrorJson Json = new(new JsonSerializerOptions(WireErrorJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary><c>{"detail": text}</c>, with <c>error_type</c> for errors of the platform.</summary>
    public static byte[] Detail(string text, string? errorType = null) =>
        JsonSerializer.SerializeToUtf8Bytes(new DetailBody(text, errorType), Json.DetailBody);

    /// <summary><c>{"detail": [{loc, msg, type, …}]}</c>: a 422.</summary>
    public static byte[] Validation(IReadOnlyList<ValidationDetail> details) =>
        JsonSerializer.SerializeToUtf8Bytes(new ValidationBody(details), Json.ValidationBody);

    /// <summary><c>["body", …]</c> for a 422's <c>loc</c>: strings name fields, integers are list positions.</summary>
    public static IReadOnlyList<JsonElement> Loc(params ReadOnlySpan<object> path)
    {
        List<JsonElement> loc = [JsonSerializer.SerializeToElement("body", WireErrorJson.Default.String)];
        foreach (var part in path)
        {
            loc.Add(part is int index
                ? JsonSerializer.SerializeToElement(index, WireErrorJson.Default.Int32)
                : JsonSerializer.SerializeToElement((string)part, WireErrorJson.Default.String));
        }

        return loc;
    }
}

sealed record DetailBody(string Detail, string? ErrorType);

sealed record ValidationBody(IReadOnlyList<ValidationDetail> Detail);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DetailBody))]
[JsonSerializable(typeof(ValidationBody))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
sealed partial class WireErrorJson : JsonSerializerContext;

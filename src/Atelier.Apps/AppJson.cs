using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Atelier.Apps;

/// <summary>How inputs and outputs of apps are JSON: snake_case names, enums as text.</summary>
/// <remarks>
/// Reflection, where the rest of the product generates its serializers: the types are the app author's, who should not
/// have to declare a context for them. A runner is never compiled ahead of time.
/// </remarks>
static class AppJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };
}

using System.Text.Json.Serialization;

namespace Atelier.Protocol.Apps;

/// <summary>The JSON of manifests: <c>apps.json</c> and the answer of <c>describe</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<AppManifest>))]
public sealed partial class ManifestJson : JsonSerializerContext;

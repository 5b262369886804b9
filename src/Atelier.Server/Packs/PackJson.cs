using System.Text.Json.Serialization;

namespace Atelier.Server.Packs;

/// <summary>
/// How manifests and receipts are read and written. A name that is not known is an error, not a setting lost.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    WriteIndented = true)]
[JsonSerializable(typeof(PackManifest))]
[JsonSerializable(typeof(PackReceipt))]
sealed partial class PackJson : JsonSerializerContext;

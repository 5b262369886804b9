using System.Text.Json.Serialization;

namespace Atelier.Server.Catalog;

/// <summary>The whole of <c>models.json</c>.</summary>
/// <param name="Revision">The day on which the entries were last looked over.</param>
/// <param name="Models">In the order in which they are listed.</param>
sealed record CatalogModels(DateOnly Revision, IReadOnlyList<CatalogEntry> Models);

/// <summary>The whole of <c>families.json</c>.</summary>
sealed record SchemaFamilies(IReadOnlyList<SchemaFamily> Families);

/// <summary>The JSON of the catalogue's files.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CatalogModels))]
[JsonSerializable(typeof(SchemaFamilies))]
sealed partial class CatalogJson : JsonSerializerContext;

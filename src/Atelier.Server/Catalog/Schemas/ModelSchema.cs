using System.Text.Json.Nodes;

namespace Atelier.Server.Catalog;

/// <summary>The schemas of one model, ready for an OpenAPI document. Its nodes are nobody else's.</summary>
/// <param name="Model">Whose.</param>
/// <param name="Input">The input object.</param>
/// <param name="Output">The output object; null when it is not known.</param>
/// <param name="Types">Further schemas that both refer to as <c>#/components/schemas/…</c>.</param>
/// <param name="Family">The family that the input is sketched from; null when the schemas are the model's own.</param>
sealed record ModelSchema(CatalogModel Model, JsonObject Input, JsonObject? Output, JsonObject? Types = null, string? Family = null);

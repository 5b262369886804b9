using System.Text.Json;

namespace Atelier.Server.Catalog;

/// <summary>How many models each category has: <c>GET /v1/models/categories</c>, a route of our own.</summary>
sealed class CategoryCounts(ModelList models)
{
    /// <summary>A category, its models, and those of them that run here, with their weights on disk or not.</summary>
    public readonly record struct Category(string Name, int Count, int Here);

    /// <summary>The largest first. Diagnostics and deprecated models do not count; a model counts in its first category only.</summary>
    public IReadOnlyList<Category> Count() =>
    [
        .. models.All.Where(model => !model.IsDiagnostic && !model.IsDeprecated).GroupBy(model => model.Category)
            .Select(group => new Category(group.Key, group.Count(), group.Count(model => model.Local is not null)))
            .OrderByDescending(category => category.Count).ThenBy(category => category.Name, StringComparer.Ordinal),
    ];

    public static void Write(Utf8JsonWriter json, IReadOnlyList<Category> categories)
    {
        json.WriteStartObject();
        json.WriteStartArray("categories"u8);
        foreach (var category in categories)
        {
            json.WriteStartObject();
            json.WriteString("category"u8, category.Name);
            json.WriteNumber("count"u8, category.Count);
            json.WriteNumber("runs_here"u8, category.Here);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

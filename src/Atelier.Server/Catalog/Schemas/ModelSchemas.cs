using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Server.Catalog;

/// <summary>Where a model's schemas come from: what runs here, else the catalogue's own file, else a sketch of its family.</summary>
/// <remarks>The catalogue's files are read at each question: they are asked for rarely and would stay in memory.</remarks>
sealed class ModelSchemas(CatalogFolder folder)
{
    readonly Lazy<IReadOnlyList<SchemaFamily>> _families = new(() =>
        JsonSerializer.Deserialize(folder.Read("families.json"), CatalogJson.Default.SchemaFamilies)!.Families);

    /// <summary><c>own</c>: of what runs here. <c>full</c>: the endpoint's. <c>sketch</c>: its family's. <c>none</c>.</summary>
    public string KindOf(CatalogModel model) =>
        model.Local is not null ? "own"
        : model.Entry!.Schema ? "full"
        : FamilyOf(model.Entry) is not null ? "sketch"
        : "none";

    /// <summary>The schemas, or null when nothing is known of them.</summary>
    public ModelSchema? Find(CatalogModel model)
    {
        if (model.Local is { } local)
        {
            return new(model, local.Input.DeepClone().AsObject(), local.Output.DeepClone().AsObject());
        }

        if (model.Entry is { Schema: true } entry)
        {
            var file = JsonNode.Parse(folder.ReadSchema(entry.EndpointId))!.AsObject();
            return new(model, Taken(file, "input")!, Taken(file, "output"), Taken(file, "types"));
        }

        return FamilyOf(model.Entry!) is { } family
            ? new(model, family.Input.DeepClone().AsObject(), Output: null, Family: family.Title)
            : null;
    }

    /// <summary>The sentence for a model whose schemas are not known.</summary>
    public static string Unknown(string id) => $"The schema of \"{id}\" is not known to this server.";

    SchemaFamily? FamilyOf(CatalogEntry entry) => _families.Value.FirstOrDefault(family => family.Covers(entry));

    // A node has one parent: it leaves the file to go into a document.
    static JsonObject? Taken(JsonObject file, string name)
    {
        var node = file[name]?.AsObject();
        file.Remove(name);
        return node;
    }
}

using System.Text.Json;
using Atelier.Server.Calls;

namespace Atelier.Server.Catalog;

/// <summary>
/// Every model: first what runs here, in the order of ids, then the rest of the catalogue in its own order. Read at the
/// first question, because a server that only works need not know it.
/// </summary>
sealed class ModelList
{
    readonly Lazy<Index> _index;

    public ModelList(AppDirectory apps, CatalogFolder folder) => _index = new(() => Load(apps, folder));

    public IReadOnlyList<CatalogModel> All => _index.Value.All;

    /// <summary>The day on which the catalogue's entries were last looked over.</summary>
    public DateTime Revision => _index.Value.Revision;

    /// <summary>The model of an id, or null.</summary>
    public CatalogModel? Find(string id) => _index.Value.ById.GetValueOrDefault(id);

    /// <summary>The first of the ids that nobody knows, or null.</summary>
    public string? FirstUnknown(IReadOnlyList<string> ids) => ids.FirstOrDefault(id => Find(id) is null);

    static Index Load(AppDirectory apps, CatalogFolder folder)
    {
        var file = JsonSerializer.Deserialize(folder.Read("models.json"), CatalogJson.Default.CatalogModels)!;
        var entries = file.Models.ToDictionary(entry => entry.EndpointId, StringComparer.Ordinal);
        List<CatalogModel> all =
        [
            .. apps.Endpoints.OrderBy(pair => pair.Endpoint.Id, StringComparer.Ordinal)
                .Select(pair => CatalogModel.Of(pair, entries.GetValueOrDefault(pair.Endpoint.Id))),
            .. file.Models.Where(entry => apps.Find(entry.EndpointId) is null)
                .Select(entry => new CatalogModel(null, null, entry)),
        ];
        return new(
            all, all.ToDictionary(model => model.Id, StringComparer.Ordinal), file.Revision.ToDateTime(default, DateTimeKind.Utc));
    }

    sealed record Index(IReadOnlyList<CatalogModel> All, Dictionary<string, CatalogModel> ById, DateTime Revision);
}

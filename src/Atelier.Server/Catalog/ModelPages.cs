namespace Atelier.Server.Catalog;

/// <summary>Pages about a model. An id of fal's has fal's pages; one of ours has none, and says so by an empty text.</summary>
static class ModelPages
{
    const string Own = "own";

    public static string Playground(CatalogModel model) => IsFals(model) ? $"https://fal.ai/models/{model.Id}" : "";

    public static string Documentation(CatalogModel model) => IsFals(model) ? $"https://fal.ai/models/{model.Id}/api" : "";

    // A family has no page: its id is a pattern.
    static bool IsFals(CatalogModel model) =>
        model.Local is { } local ? local.Fidelity is not Own : !model.Entry!.Wildcard;
}

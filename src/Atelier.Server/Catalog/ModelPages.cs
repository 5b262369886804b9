using Atelier.Protocol;

namespace Atelier.Server.Catalog;

/// <summary>Pages about a model. An id of fal's has fal's pages; one of ours has none, and says so by an empty text.</summary>
static class ModelPages
{
    const string Own = "own";
    const string StreamSuffix = "/stream";

    public static string Playground(CatalogModel model) => IsFals(model) ? $"https://fal.ai/models/{model.Id}" : "";

    public static string Documentation(CatalogModel model) => IsFals(model) ? $"https://fal.ai/models/{model.Id}/api" : "";

    /// <summary>Where a model that answers a stream is called (protocol §9); null for others, and for what does not run here.</summary>
    /// <param name="queueBaseUrl">Where the caller reaches the queue; runs are beside it.</param>
    public static string? Stream(CatalogModel model, string queueBaseUrl)
    {
        if (model.Local is not { Streams: true } || !queueBaseUrl.EndsWith(FalHostNames.Queue, StringComparison.Ordinal))
        {
            return null;
        }

        var url = $"{queueBaseUrl[..^FalHostNames.Queue.Length]}{FalHostNames.Run}/{model.Id}";
        return url.EndsWith(StreamSuffix, StringComparison.Ordinal) ? url : url + StreamSuffix;
    }

    // A family has no page: its id is a pattern.
    static bool IsFals(CatalogModel model) =>
        model.Local is { } local ? local.Fidelity is not Own : !model.Entry!.Wildcard;
}

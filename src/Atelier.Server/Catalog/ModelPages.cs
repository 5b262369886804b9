using Atelier.Protocol.Apps;

namespace Atelier.Server.Catalog;

/// <summary>Pages about a model. An id of fal's has fal's pages; one of ours has none, and says so by an empty text.</summary>
static class ModelPages
{
    const string Own = "own";

    public static string Playground(EndpointManifest endpoint) =>
        endpoint.Fidelity is Own ? "" : $"https://fal.ai/models/{endpoint.Id}";

    public static string Documentation(EndpointManifest endpoint) =>
        endpoint.Fidelity is Own ? "" : $"https://fal.ai/models/{endpoint.Id}/api";
}

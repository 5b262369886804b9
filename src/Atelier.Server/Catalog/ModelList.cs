using Atelier.Protocol.Apps;
using Atelier.Server.Calls;

namespace Atelier.Server.Catalog;

/// <summary>The endpoints that callers may use, in the order of their ids.</summary>
sealed class ModelList(AppDirectory apps)
{
    readonly EndpointManifest[] _all =
    [
        .. apps.Endpoints.Select(pair => pair.Endpoint).OrderBy(endpoint => endpoint.Id, StringComparer.Ordinal),
    ];

    /// <summary>Those that a query means. Diagnostics come only when asked for by id.</summary>
    public IReadOnlyList<EndpointManifest> Find(ModelQuery query)
    {
        if (query.Deprecated)
        {
            return [];
        }

        return [.. _all.Where(endpoint => Matches(endpoint, query))];
    }

    /// <summary>The first of the ids that this server does not have, or null.</summary>
    public string? FirstUnknown(IReadOnlyList<string> ids) => ids.FirstOrDefault(id => apps.Find(id) is null);

    static bool Matches(EndpointManifest endpoint, ModelQuery query) =>
        (query.Ids.Count > 0 ? query.Ids.Contains(endpoint.Id) : !endpoint.Diagnostic) &&
        (query.Category is null || query.Category == endpoint.Category) &&
        query.Words.All(word => Mentions(endpoint, word));

    static bool Mentions(EndpointManifest endpoint, string word) =>
        endpoint.Id.Contains(word, StringComparison.OrdinalIgnoreCase) ||
        endpoint.Title.Contains(word, StringComparison.OrdinalIgnoreCase) ||
        endpoint.Category.Contains(word, StringComparison.OrdinalIgnoreCase) ||
        endpoint.Description.Contains(word, StringComparison.OrdinalIgnoreCase);
}

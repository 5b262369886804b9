using Atelier.Protocol.Apps;
using Atelier.Server.Calls;

namespace Atelier.Server.Catalog;

/// <summary>One model: an endpoint that runs here, one that the catalogue knows, or both under one id.</summary>
/// <remarks>Where both tell something, what runs here is right: its schema, its title, its category.</remarks>
/// <param name="App">The app that serves it here, or null.</param>
/// <param name="Local">The endpoint as it runs here, or null.</param>
/// <param name="Entry">The catalogue's entry, or null for an endpoint that only this server has.</param>
sealed record CatalogModel(AppManifest? App, EndpointManifest? Local, CatalogEntry? Entry)
{
    public string Id => Local?.Id ?? Entry!.EndpointId;

    public string Title => Local?.Title ?? Entry!.Title;

    public string Category => Local?.Category ?? Entry!.Category;

    public string Description => Local?.Description ?? Entry!.Description;

    public IReadOnlyList<string> Tags => Entry?.Tags ?? [];

    public bool IsDeprecated => Local is null && Entry!.Deprecated;

    public bool IsDiagnostic => Local is { Diagnostic: true };

    public bool IsIn(string category) =>
        Category == category || (Entry?.Category == category) || (Entry?.AlsoCategories.Contains(category) ?? false);

    public static CatalogModel Of((HostedApp App, EndpointManifest Endpoint) local, CatalogEntry? entry) =>
        new(local.App.Manifest, local.Endpoint, entry);
}

namespace Atelier.Server.Catalog;

/// <summary>Wires the catalogue. The app directory and the clock come from the program.</summary>
static class CatalogSetup
{
    public static IServiceCollection AddCatalog(this IServiceCollection services) => services
        .AddSingleton<ModelList>()
        .AddSingleton<CatalogEndpoints>();

    public static void MapCatalog(this IEndpointRouteBuilder routes) =>
        routes.ServiceProvider.GetRequiredService<CatalogEndpoints>().Map(routes);
}

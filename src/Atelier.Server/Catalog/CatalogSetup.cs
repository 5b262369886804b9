namespace Atelier.Server.Catalog;

/// <summary>Wires the catalogue. The app directory, the packs and the clock come from the program.</summary>
static class CatalogSetup
{
    /// <param name="folder">The catalogue's files; null for those beside the program.</param>
    public static IServiceCollection AddCatalog(this IServiceCollection services, CatalogFolder? folder = null) => services
        .AddSingleton(folder ?? CatalogFolder.BesideProgram())
        .AddSingleton<ModelList>()
        .AddSingleton<Availability>()
        .AddSingleton<ModelSchemas>()
        .AddSingleton<ModelSearch>()
        .AddSingleton<ModelItem>()
        .AddSingleton<CategoryCounts>()
        .AddSingleton<CatalogEndpoints>()
        .AddSingleton<UnitHistory>()
        .AddSingleton<PricingEndpoints>()
        .AddSingleton<SiteModels>()
        .AddSingleton<GuideEndpoints>();

    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<CatalogEndpoints>().Map(routes);
        services.GetRequiredService<PricingEndpoints>().Map(routes);
        services.GetRequiredService<SiteModels>().Map(routes);
        services.GetRequiredService<GuideEndpoints>().Map(routes);
    }
}

using Atelier.Server.Calls;

namespace Atelier.Server.Packs;

/// <summary>What the server's composition needs of this slice.</summary>
static class PacksSetup
{
    public static IServiceCollection AddPacks(this IServiceCollection services, PackOptions options) => services
        .AddSingleton(_ => PackCatalog.BuiltIn())
        .AddSingleton(provider => new PackStore(
            provider.GetRequiredService<PackCatalog>(),
            options,
            PackEnvironment.Current(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()))
        .AddSingleton<PreparePacks>(provider => (app, log, cancellationToken) =>
            provider.GetRequiredService<PackStore>().EnsureAsync(app.Packs, log, cancellationToken))
        .AddSingleton<MissingPacks>(provider => app =>
        {
            var store = provider.GetRequiredService<PackStore>();
            return [.. app.Packs.Where(name => store.Catalog.Find(name) is not { } pack || !store.IsInstalled(pack))];
        });
}

namespace Atelier.Server.History;

/// <summary>Wires the history. The store, the app directory, the file deletion and key names come from the program.</summary>
static class HistorySetup
{
    public static IServiceCollection AddHistory(this IServiceCollection services) => services
        .AddSingleton<RequestList>()
        .AddSingleton<RequestSearch>()
        .AddSingleton<PayloadDeletion>()
        .AddSingleton<UsageReport>()
        .AddSingleton<AnalyticsReport>()
        .AddSingleton<BillingEvents>()
        .AddSingleton<AppQueue>()
        .AddSingleton<AppList>()
        .AddSingleton<HistoryEndpoints>();

    public static void MapHistory(this IEndpointRouteBuilder routes) =>
        routes.ServiceProvider.GetRequiredService<HistoryEndpoints>().Map(routes);
}

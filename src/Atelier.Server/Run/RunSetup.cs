namespace Atelier.Server.Run;

/// <summary>Wires sync runs. The store, the app directory, the intake and the validators come from the program.</summary>
static class RunSetup
{
    public static IServiceCollection AddRun(this IServiceCollection services, RunOptions options) => services
        .AddSingleton(options)
        .AddSingleton<RunHistory>()
        .AddHostedService(provider => provider.GetRequiredService<RunHistory>())
        .AddSingleton<RunEndpoint>();

    public static void MapRun(this IEndpointRouteBuilder routes) =>
        routes.ServiceProvider.GetRequiredService<RunEndpoint>().Map(routes);
}

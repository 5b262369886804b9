namespace Atelier.Server.Queue;

/// <summary>Wires the queue's routes. The store, the app directory and the clock come from the program.</summary>
static class QueueSetup
{
    public static IServiceCollection AddQueueRoutes(this IServiceCollection services, QueueOptions options) => services
        .AddSingleton(options)
        .AddSingleton<SubmitEndpoint>()
        .AddSingleton<StatusHolds>()
        .AddSingleton<StatusStreams>()
        .AddSingleton<QueueEndpoints>();

    public static void MapQueueRoutes(this IEndpointRouteBuilder routes) =>
        routes.ServiceProvider.GetRequiredService<QueueEndpoints>().Map(routes);
}

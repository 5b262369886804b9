using Atelier.Server.Wire;

namespace Atelier.Server.Realtime;

/// <summary>Wires everything that comes by WebSocket. The store, the app directory and the intake come from the program.</summary>
static class RealtimeSetup
{
    public static IServiceCollection AddRealtime(this IServiceCollection services, RealtimeOptions options) => services
        .AddSingleton(options)
        .AddSingleton<MatcherPolicy, SocketRoutes>()
        .AddSingleton<OpenSockets>()
        .AddSingleton<SocketHistory>()
        .AddSingleton<RealtimeEndpoint>()
        .AddSingleton<HttpOverSocket>();

    /// <summary>Sees handshakes; before routing.</summary>
    public static void UseSockets(this WebApplication app) => app.UseWhen(
        static context => context.Request.Headers.Upgrade.Count > 0 || HttpMethods.IsConnect(context.Request.Method),
        static branch => branch.UseWebSockets());

    public static void MapRealtime(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<RealtimeEndpoint>().Map(routes);
        routes.ServiceProvider.GetRequiredService<HttpOverSocket>().Map(routes);
    }
}

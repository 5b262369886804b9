using Atelier.Queue;

namespace Atelier.Server.Dispatch;

/// <summary>Wires what runs queued requests. The store, the app directory and the clock come from the program.</summary>
static class DispatchSetup
{
    public static IServiceCollection AddDispatch(this IServiceCollection services, DispatchOptions options) => services
        .AddSingleton(options)
        .AddSingleton(new RetryRule(new RetryDelays(Random.Shared)))
        .AddSingleton<JobRunner>()
        .AddHostedService<DispatcherHost>();
}

using Atelier.Server.Calls;

namespace Atelier.Server.Echo;

/// <summary>Registers <c>atelier/echo</c> among the apps that run in this process.</summary>
public static class EchoSetup
{
    /// <summary>Expects <see cref="SaveFile"/> and <see cref="TimeProvider"/> among the services.</summary>
    public static IServiceCollection AddEcho(this IServiceCollection services) =>
        services.AddSingleton(provider => new HostedApp(
            EchoManifest.Create(),
            new EchoRunner(provider.GetRequiredService<SaveFile>(), provider.GetRequiredService<TimeProvider>())));
}

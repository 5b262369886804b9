using Atelier.Server.Calls;

namespace Atelier.Server.Runners;

/// <summary>Registers the apps' runners and the directory of what this server can run.</summary>
public static class RunnersSetup
{
    /// <summary>
    /// Adds <see cref="AppDirectory"/> and <see cref="RunnerFleets"/>. Expects <see cref="PreparePacks"/>,
    /// <see cref="GatewayAddress"/> and <see cref="TimeProvider"/> among the services, and a <see cref="HostedApp"/>
    /// for each app that runs in this process.
    /// </summary>
    /// <param name="diagnostics">False leaves out the apps that exist for diagnosis only.</param>
    /// <param name="exact">Leaves out endpoints whose weights are not those that the id names.</param>
    /// <param name="dataFolder">Holds <c>runners.json</c> and the sockets.</param>
    public static IServiceCollection AddRunners(
        this IServiceCollection services, RunnersOptions options, bool diagnostics, bool exact, string dataFolder)
    {
        services.AddSingleton<ActiveCalls>();
        services.AddSingleton(provider => CreateFleets(provider, options, diagnostics, dataFolder));
        services.AddHostedService(provider => provider.GetRequiredService<RunnerFleets>());
        services.AddSingleton(provider =>
        {
            var fleets = provider.GetRequiredService<RunnerFleets>();
            var inProcess = provider.GetServices<HostedApp>();
            return new AppDirectory([.. inProcess, .. fleets.Apps.Select(app => new HostedApp(app, fleets.Of(app)))], exact);
        });
        return services;
    }

    static RunnerFleets CreateFleets(
        IServiceProvider provider, RunnersOptions options, bool diagnostics, string dataFolder)
    {
        var program = RunnerProgram.Locate(
            options.Program ?? Environment.GetEnvironmentVariable("ATELIER_RUNNER_PROGRAM"));
        var file = options.Apps ?? Path.Combine(Path.GetDirectoryName(program)!, "apps.json");
        var surroundings = new RunnerSurroundings
        {
            Program = RunnerProgram.Of(program),
            Sockets = SocketFolder.Open(Path.Combine(dataFolder, "runners")),
            Ledger = new(
                Path.Combine(dataFolder, "runners.json"), provider.GetRequiredService<ILogger<RunnerLedger>>()),
            Gateway = provider.GetRequiredService<GatewayAddress>(),
            PreparePacks = provider.GetRequiredService<PreparePacks>(),
            ActiveCalls = provider.GetRequiredService<ActiveCalls>(),
            AnswerMaxBytes = options.AnswerMaxBytes,
            Time = provider.GetRequiredService<TimeProvider>(),
        };
        var apps = AppsFile.Read(file, diagnostics);
        return new(apps, surroundings, provider.GetRequiredService<ILogger<ProcessRunner>>());
    }
}

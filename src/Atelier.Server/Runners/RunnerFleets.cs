using Atelier.Protocol.Apps;

namespace Atelier.Server.Runners;

/// <summary>All fleets of child processes: started with the server, stopped with it.</summary>
/// <remarks>Registered before whatever hands out calls, so that it stops after that.</remarks>
public sealed class RunnerFleets : IHostedService
{
    readonly Dictionary<string, ProcessRunner> _runners;
    readonly RunnerLedger _ledger;

    internal RunnerFleets(
        IEnumerable<AppManifest> apps, RunnerSurroundings surroundings, ILogger<ProcessRunner> logger)
    {
        Apps = [.. apps];
        _ledger = surroundings.Ledger;
        _runners = Apps.ToDictionary(app => app.App, app => new ProcessRunner(app, surroundings, logger));
    }

    /// <summary>The apps that run in processes of their own.</summary>
    public IReadOnlyList<AppManifest> Apps { get; }

    /// <summary>Every runner of this server now.</summary>
    public IReadOnlyList<RunnerStatus> Snapshot() => [.. _runners.Values.SelectMany(runner => runner.Snapshot())];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ledger.EndLeftovers();
        foreach (var runner in _runners.Values)
        {
            runner.KeepMinimum();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_runners.Values.Select(runner => runner.StopAsync())).WaitAsync(cancellationToken);

    internal ProcessRunner Of(AppManifest app) => _runners[app.App];
}

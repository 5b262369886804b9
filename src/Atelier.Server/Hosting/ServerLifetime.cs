using System.Runtime.InteropServices;

namespace Atelier.Server.Hosting;

/// <summary>
/// How this server stops. The first SIGTERM or SIGINT drains: not ready, nothing new is claimed, running work gets its
/// time, the rest is put back. A second one ends the process at once; the queue loses nothing either way.
/// </summary>
public sealed partial class ServerLifetime(
    ServerState state, ServerOptions options, IHostApplicationLifetime application, ILogger<ServerLifetime> logger) : IHostLifetime, IDisposable
{
    readonly List<PosixSignalRegistration> _signals = [];
    int _asked;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stops as SIGTERM does.</summary>
    public void BeginStop()
    {
        if (Interlocked.Increment(ref _asked) == 1)
        {
            Log.Stopping(logger);
            state.MarkDraining(options.DrainTimeout);
            application.StopApplication();
        }
    }

    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Volatile.Read(ref _asked) > 0)
        {
            // 128 + signal, as shells report it.
            Environment.Exit(context.Signal is PosixSignal.SIGINT ? 130 : 143);
        }

        BeginStop();
    }

    static partial class Log
    {
        [LoggerMessage(1801, LogLevel.Information, "Stopping: nothing new is started, running work may finish. A second signal stops at once.")]
        public static partial void Stopping(ILogger logger);
    }
}

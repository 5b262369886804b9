namespace Atelier.Server.Storage;

/// <summary>Sweeps at the start, when whatever is half-written is a leftover, and then at every interval.</summary>
sealed partial class SweepLoop(FileStore store, StorageOptions options, TimeProvider time, ILogger<SweepLoop> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the start-up path: the first sweep reads every sidecar.
        await Task.Yield();
        using var timer = new PeriodicTimer(options.SweepInterval, time);
        do
        {
            try
            {
                store.Sweep(stoppingToken);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Log.Failed(logger, fault);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    static partial class Log
    {
        [LoggerMessage(1510, LogLevel.Error, "Expired files could not be removed; the next sweep tries again.")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}

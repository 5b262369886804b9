namespace Atelier.Server.Storage;

/// <summary>
/// Removes leftovers at the start, when whatever is half-written is one, and sweeps the whole store once in every
/// interval, a slice at a time.
/// </summary>
sealed partial class SweepLoop(Sweeper sweeper, StorageOptions options, TimeProvider time, ILogger<SweepLoop> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the start-up path.
        await Task.Yield();
        Try(() => sweeper.SweepTemporary());
        var pace = options.SweepInterval / Sweeper.Slices;
        using var timer = new PeriodicTimer(pace, time);
        var began = time.GetTimestamp();
        var swept = 0L;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // By the clock and not by ticks: a machine that slept, or a long sweep, does not lose slices.
            var due = time.GetElapsedTime(began).Ticks / pace.Ticks;
            for (swept = Math.Max(swept, due - Sweeper.Slices); swept < due; swept++)
            {
                var slice = (int)(swept % Sweeper.Slices);
                Try(() => sweeper.SweepSlice(slice, stoppingToken));
            }
        }
    }

    void Try(Action sweep)
    {
        try
        {
            sweep();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Log.Failed(logger, fault);
        }
    }

    static partial class Log
    {
        [LoggerMessage(1510, LogLevel.Error, "Expired files could not be removed; the next sweep tries again.")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}

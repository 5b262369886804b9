namespace Atelier.Server.Hosting;

/// <summary>Stops a server that the command line started in the background, once nobody has used it for a while.</summary>
public sealed class IdleStop(
    ServerOptions options, ServerState state, ServerLifetime lifetime, Func<bool> hasWork, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.IdleTimeout <= TimeSpan.Zero)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.IdleTimeout / 10, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (hasWork())
            {
                state.MarkActive();
            }
            else if (state.IdleFor >= options.IdleTimeout)
            {
                lifetime.BeginStop();
                return;
            }
        }
    }
}

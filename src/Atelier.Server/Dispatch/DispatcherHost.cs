using Atelier.Queue;
using Atelier.Server.Calls;

namespace Atelier.Server.Dispatch;

/// <summary>Runs the queue's dispatcher and housekeeping for as long as the server runs.</summary>
sealed partial class DispatcherHost : IHostedLifecycleService, IDisposable
{
    readonly CancellationTokenSource _stopping = new();
    readonly QueueDispatcher _dispatcher;
    readonly QueueMaintenance _maintenance;
    readonly DispatchOptions _options;
    Task _housekeeping = Task.CompletedTask;
    Task? _draining;

    public DispatcherHost(
        IQueueStore store, JobRunner runner, AppDirectory apps, DispatchOptions options, TimeProvider time,
        ILogger<DispatcherHost> logger)
    {
        _options = options;
        _maintenance = new(store, time, fault => Log.Unavailable(logger, fault));
        _dispatcher = new(store, runner.RunAsync, new()
        {
            // An app that is gone needs no slot: its jobs are completed with 404.
            TryTakeSlot = app => apps.FindApp(app) is { } hosted ? hosted.Slots.TryTake() : NoSlot.Instance,
            TakeSlot = (app, cancellationToken) => apps.FindApp(app) is { } hosted
                ? hosted.Slots.TakeAsync(cancellationToken)
                : Task.FromResult<IDisposable>(NoSlot.Instance),
            OnFault = (lease, fault) => Log.Fault(logger, fault, lease.JobId, lease.Job.Endpoint),
            OnUnavailable = fault => Log.Unavailable(logger, fault),
        }, time);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _dispatcher.Start();
        _housekeeping = _maintenance.RunAsync(_stopping.Token);
        return Task.CompletedTask;
    }

    /// <summary>Waits for running work up to the drain time; the rest goes back to its place, uncounted.</summary>
    /// <remarks>Before the HTTP server stops: a runner that finishes now still saves its files through it.</remarks>
    public Task StoppingAsync(CancellationToken cancellationToken) =>
        _draining ??= _dispatcher.StopAsync(_options.DrainTimeout);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await StoppingAsync(cancellationToken);
        await _stopping.CancelAsync();
        await _housekeeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    sealed class NoSlot : IDisposable
    {
        public static readonly NoSlot Instance = new();

        public void Dispose()
        {
        }
    }

    static partial class Log
    {
        [LoggerMessage(1103, LogLevel.Error, "Request {RequestId} for {Endpoint} failed inside the gateway.")]
        public static partial void Fault(ILogger logger, Exception fault, string requestId, string endpoint);

        [LoggerMessage(1104, LogLevel.Error, "The queue cannot write; it will try again.")]
        public static partial void Unavailable(ILogger logger, Exception fault);
    }
}

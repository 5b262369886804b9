using System.Collections.Concurrent;
using System.Threading.Channels;
using Atelier.Queue;
using Atelier.Queue.Webhooks;
using Atelier.Server.Webhooks.Signing;

namespace Atelier.Server.Webhooks;

/// <summary>Sends what is due: woken by a result, by the end of an attempt and by the next due time, never by a clock's tick.</summary>
sealed partial class WebhookSender(
    IWebhookOutbox outbox, WebhookDelivery delivery, WebhookOptions options, TimeProvider time,
    ILogger<WebhookSender> logger) : BackgroundService
{
    /// <summary>The pause after the store could not be used, or nothing could be signed.</summary>
    static readonly TimeSpan UnavailablePause = TimeSpan.FromSeconds(5);

    // One wake-up is as good as many: whoever takes it looks at everything.
    readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Attempts under way, by host. Only the loop adds; an attempt's end takes away.
    readonly ConcurrentDictionary<string, int> _perHost = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<WebhookLease, Task> _sending = new(ReferenceEqualityComparer.Instance);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the start-up path.
        await Task.Yield();
        using var timer = time.CreateTimer(
            static state => ((WebhookSender)state!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        outbox.BecameDue += Wake;
        Wake();
        try
        {
            while (await _wake.Reader.WaitToReadAsync(stoppingToken))
            {
                _wake.Reader.TryRead(out _);
                await SendDueAsync(timer, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping; the attempts under way hear of it too.
        }
        finally
        {
            outbox.BecameDue -= Wake;
            await Task.WhenAll(_sending.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task SendDueAsync(ITimer timer, CancellationToken stopping)
    {
        try
        {
            IReadOnlyList<WebhookLease> leases;
            do
            {
                // Not cancelled once begun: what was leased is sent or given back.
                leases = await outbox.ClaimAsync(
                    options.ConcurrencyMax - _sending.Count, Room, CancellationToken.None);
                foreach (var lease in leases)
                {
                    Begin(lease, stopping);
                }
            }
            while (leases.Count > 0);

            // What is due and has no room waits for the end of an attempt, so only later times need the timer.
            if (await outbox.NextDueAsync(stopping) is { } next)
            {
                var wait = Math.Clamp((next - time.GetUtcNow()).TotalMilliseconds, 1, int.MaxValue);
                timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait)), Timeout.InfiniteTimeSpan);
            }
        }
        catch (QueueUnavailableException fault)
        {
            Log.Unavailable(logger, fault);
            timer.Change(UnavailablePause, Timeout.InfiniteTimeSpan);
        }
    }

    int Room(string host) => options.ConcurrencyPerHostMax - _perHost.GetValueOrDefault(host);

    void Begin(WebhookLease lease, CancellationToken stopping)
    {
        _perHost.AddOrUpdate(lease.Host, 1, static (_, count) => count + 1);
        _sending[lease] = Task.CompletedTask;
        var sending = Task.Run(() => SendAsync(lease, stopping), CancellationToken.None);

        // Only while it is still under way: an attempt that ended has taken its entry away.
        _sending.TryUpdate(lease, sending, Task.CompletedTask);
    }

    async Task SendAsync(WebhookLease lease, CancellationToken stopping)
    {
        try
        {
            await delivery.RunAsync(lease, stopping);
        }
        catch (QueueUnavailableException fault)
        {
            Log.Unavailable(logger, fault);
            await PauseAsync(stopping);
        }
        catch (SigningUnavailableException fault)
        {
            Log.NotSigned(logger, fault);
            await PauseAsync(stopping);
        }
        finally
        {
            End(lease);
        }
    }

    // It is due again at once: its place stays taken for a while, so that the loop does not spin.
    async Task PauseAsync(CancellationToken stopping) =>
        await Task.Delay(UnavailablePause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    void End(WebhookLease lease)
    {
        _sending.TryRemove(lease, out _);
        if (_perHost.AddOrUpdate(lease.Host, 0, static (_, count) => count - 1) == 0)
        {
            _perHost.TryRemove(KeyValuePair.Create(lease.Host, 0));
        }

        Wake();
    }

    void Wake() => _wake.Writer.TryWrite(true);

    static partial class Log
    {
        [LoggerMessage(2104, LogLevel.Error, "The queue cannot be used; webhooks wait.")]
        public static partial void Unavailable(ILogger logger, Exception fault);

        [LoggerMessage(2105, LogLevel.Error, "A webhook could not be signed, and waits.")]
        public static partial void NotSigned(ILogger logger, Exception fault);
    }
}

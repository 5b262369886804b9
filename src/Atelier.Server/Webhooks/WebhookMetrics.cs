using System.Diagnostics.Metrics;
using Atelier.Queue.Webhooks;

namespace Atelier.Server.Webhooks;

/// <summary>What is counted of webhooks. Names and units are what <c>/metrics</c> shows.</summary>
sealed class WebhookMetrics : IDisposable
{
    readonly Meter _meter = new("Atelier.Webhooks");
    readonly Counter<long> _attempts;
    readonly Histogram<double> _duration;

    public WebhookMetrics(IWebhookOutbox outbox)
    {
        _attempts = _meter.CreateCounter<long>(
            "atelier_webhook_attempts", description: "Attempts at webhooks, by what they meant: delivered, retry, failed.");
        _duration = _meter.CreateHistogram<double>(
            "atelier_webhook_duration_seconds", "s", "How long attempts at webhooks took.");
        _meter.CreateObservableGauge(
            "atelier_webhooks_pending", () => outbox.Pending, description: "Webhooks that are due, wait for a retry or are being sent.");
    }

    /// <summary>An attempt ended. Those that a stopping server gave up are not counted.</summary>
    public void Ended(WebhookEnd end, TimeSpan duration)
    {
        var meaning = end switch
        {
            WebhookEnd.Delivered => "delivered",
            WebhookEnd.Retry => "retry",
            WebhookEnd.Failed => "failed",
            _ => null,
        };
        if (meaning is not null)
        {
            _attempts.Add(1, new KeyValuePair<string, object?>("outcome", meaning));
            _duration.Record(duration.TotalSeconds);
        }
    }

    public void Dispose() => _meter.Dispose();
}

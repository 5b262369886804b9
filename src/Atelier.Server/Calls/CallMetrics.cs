using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Atelier.Server.Calls;

/// <summary>What is counted of requests, queued and direct. Names and units are what <c>/metrics</c> shows.</summary>
static class CallMetrics
{
    static readonly Meter Meter = new("Atelier.Server");

    static readonly Counter<long> SubmittedCount = Meter.CreateCounter<long>(
        "atelier_requests_submitted", description: "Requests accepted into the queue.");

    static readonly Counter<long> CompletedCount = Meter.CreateCounter<long>(
        "atelier_requests_completed", description: "Attempts and sync runs that ended with an answer, by status class.");

    static readonly Histogram<double> QueueWait = Meter.CreateHistogram<double>(
        "atelier_queue_wait_seconds", "s", "From submission to the start of an attempt.");

    static readonly UpDownCounter<long> RunningCount = Meter.CreateUpDownCounter<long>(
        "atelier_requests_running", description: "Requests that runners work on now.");

    static readonly UpDownCounter<long> StatusStreamCount = Meter.CreateUpDownCounter<long>(
        "atelier_status_streams", description: "Status streams that are open now.");

    public static void StatusStreams(int change) => StatusStreamCount.Add(change);

    public static void Submitted(string endpoint) => SubmittedCount.Add(1, Tag("endpoint", endpoint));

    public static void Waited(string endpoint, TimeSpan wait) => QueueWait.Record(wait.TotalSeconds, Tag("endpoint", endpoint));

    public static void Started(string endpoint) => RunningCount.Add(1, Tag("endpoint", endpoint));

    public static void Ended(string endpoint) => RunningCount.Add(-1, Tag("endpoint", endpoint));

    public static void Completed(string endpoint, int status) => CompletedCount.Add(1, new TagList
    {
        { "endpoint", endpoint },
        { "status", status switch { < 300 => "2xx", < 400 => "3xx", < 500 => "4xx", _ => "5xx" } },
    });

    static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}

using System.Text.Json;
using Atelier.Queue;

namespace Atelier.Server.History;

/// <summary>The metrics of analytics by their names on the wire. Durations are seconds.</summary>
static class Metrics
{
    // Error types of the platform (protocol §13.3) by what they say went wrong; the rest is the app's own.
    static readonly string[] Startup = ["startup_timeout", "runner_scheduling_failure"];
    static readonly string[] Timeout = ["request_timeout"];

    static readonly string[] Connection =
    [
        "runner_connection_timeout", "runner_disconnected", "runner_connection_refused", "runner_connection_error",
        "runner_incomplete_response",
    ];

    static readonly Dictionary<string, Func<HistoryGroup, double>> Known = new(StringComparer.Ordinal)
    {
        ["request_count"] = group => group.Successes + group.UserErrors + group.Errors,
        ["success_count"] = group => group.Successes,
        ["user_error_count"] = group => group.UserErrors,
        ["error_count"] = group => group.Errors,
        ["p50_prepare_duration"] = group => group.Waits.Percentile(50).TotalSeconds,
        ["p75_prepare_duration"] = group => group.Waits.Percentile(75).TotalSeconds,
        ["p90_prepare_duration"] = group => group.Waits.Percentile(90).TotalSeconds,
        ["p95_prepare_duration"] = group => group.Waits.Percentile(95).TotalSeconds,
        ["p99_prepare_duration"] = group => group.Waits.Percentile(99).TotalSeconds,
        ["p25_duration"] = group => group.Durations.Percentile(25).TotalSeconds,
        ["p50_duration"] = group => group.Durations.Percentile(50).TotalSeconds,
        ["p75_duration"] = group => group.Durations.Percentile(75).TotalSeconds,
        ["p90_duration"] = group => group.Durations.Percentile(90).TotalSeconds,
        ["p95_duration"] = group => group.Durations.Percentile(95).TotalSeconds,
        ["p99_duration"] = group => group.Durations.Percentile(99).TotalSeconds,
        ["startup_error_count"] = group => Count(group, Startup),
        ["connection_error_count"] = group => Count(group, Connection),
        ["timeout_error_count"] = group => Count(group, Timeout),
        ["runtime_error_count"] = group =>
            Math.Max(0, group.Errors - Count(group, Startup) - Count(group, Connection) - Count(group, Timeout)),
        ["total_billable_duration"] = group => group.Durations.Total.TotalSeconds,
    };

    // Asked for by fal's clients, and not recorded here: the fields stay out of the answer, as the schema allows.
    static readonly string[] Unrecorded =
        ["cold_boot_count", "p50_cold_boot_duration", "p75_cold_boot_duration", "p90_cold_boot_duration"];

    /// <summary>Every name that may be asked for.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys, .. Unrecorded];

    public static void Write(Utf8JsonWriter json, HistoryGroup group, IEnumerable<string> metrics)
    {
        foreach (var metric in metrics)
        {
            if (Known.TryGetValue(metric, out var value))
            {
                json.WriteNumber(metric, value(group));
            }
        }
    }

    static long Count(HistoryGroup group, string[] types) => types.Sum(type => group.ErrorTypes.GetValueOrDefault(type));
}

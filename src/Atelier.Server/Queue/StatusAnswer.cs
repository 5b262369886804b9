using System.Diagnostics;
using System.Text.Json;
using Atelier.Queue;

namespace Atelier.Server.Queue;

/// <summary>The answer to a status request: 202 until there is a result to fetch, then 200.</summary>
/// <param name="QueueBaseUrl">How the caller reached the queue.</param>
/// <param name="Job">The request.</param>
/// <param name="Position">Requests ahead; meaningful while it waits.</param>
/// <param name="Logs">Lines of the log, or null when they were not asked for.</param>
/// <param name="Failure">Why a request completed badly, or null.</param>
readonly record struct StatusAnswer(
    string QueueBaseUrl, Job Job, int Position, IReadOnlyList<JobLog>? Logs, Failure? Failure)
{
    public int HttpStatus => Job.State is JobState.Completed ? 200 : 202;

    public static void Write(Utf8JsonWriter json, StatusAnswer answer)
    {
        var job = answer.Job;
        json.WriteStartObject();
        json.WriteString("status"u8, job.State switch
        {
            JobState.InQueue => "IN_QUEUE"u8,
            JobState.InProgress => "IN_PROGRESS"u8,
            JobState.Completed => "COMPLETED"u8,
            _ => throw new UnreachableException(),
        });
        json.WriteString("request_id"u8, job.Id);
        RequestUrls.Write(json, answer.QueueBaseUrl, job.Endpoint, job.Id);
        if (job.State is JobState.InQueue)
        {
            json.WriteNumber("queue_position"u8, Math.Max(0, answer.Position));
        }

        WriteLogs(json, answer.Logs);
        if (job.State is JobState.Completed)
        {
            WriteMetrics(json, job);
            WriteError(json, answer);
        }

        json.WriteEndObject();
    }

    static void WriteMetrics(Utf8JsonWriter json, Job job)
    {
        json.WriteStartObject("metrics"u8);
        if (job is { StartedAt: { } started, FinishedAt: { } finished })
        {
            json.WriteNumber("inference_time"u8, Math.Round((finished - started).TotalSeconds, 6));
        }

        json.WriteEndObject();
    }

    static void WriteError(Utf8JsonWriter json, StatusAnswer answer)
    {
        if (answer.Failure is var (text, type))
        {
            json.WriteString("error"u8, text);
            json.WriteString("error_type"u8, type);
        }
    }

    // The superset that every client can read: JavaScript takes level and source from the top, Java and Swift from labels.
    static void WriteLogs(Utf8JsonWriter json, IReadOnlyList<JobLog>? logs)
    {
        if (logs is null)
        {
            json.WriteNull("logs"u8);
            return;
        }

        json.WriteStartArray("logs"u8);
        foreach (var line in logs)
        {
            json.WriteStartObject();
            json.WriteString("message"u8, line.Message);
            json.WriteString("timestamp"u8, line.Timestamp.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("level"u8, line.Level);
            json.WriteString("source"u8, "USER"u8);
            json.WriteStartObject("labels"u8);
            json.WriteString("level"u8, line.Level);
            json.WriteString("source"u8, "USER"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

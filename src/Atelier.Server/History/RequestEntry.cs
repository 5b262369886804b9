using System.Text.Json;
using Atelier.Queue;

namespace Atelier.Server.History;

/// <summary>A request as lists of requests show it.</summary>
static class RequestEntry
{
    /// <summary>Writes the fields; the object around them is the caller's.</summary>
    public static void Write(Utf8JsonWriter json, Job job)
    {
        json.WriteString("request_id"u8, job.Id);
        json.WriteString("endpoint_id"u8, job.Endpoint);
        json.WriteString("started_at"u8, (job.StartedAt ?? job.FinishedAt ?? job.CreatedAt).UtcDateTime);
        json.WriteString("sent_at"u8, job.CreatedAt.UtcDateTime);
        if (job.FinishedAt is not { } ended)
        {
            json.WriteNull("ended_at"u8);
            json.WriteNull("status_code"u8);
            json.WriteNull("duration"u8);
            return;
        }

        json.WriteString("ended_at"u8, ended.UtcDateTime);
        json.WriteNumber("status_code"u8, job.ResultStatus ?? 0);
        json.WriteNumber("duration"u8, (ended - (job.StartedAt ?? ended)).TotalSeconds);
    }
}

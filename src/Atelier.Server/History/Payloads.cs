using System.Text.Json;
using Atelier.Queue;

namespace Atelier.Server.History;

/// <summary>What a request got and what it answered.</summary>
static class Payloads
{
    /// <summary>Writes <c>json_input</c> and <c>json_output</c>; null when deleted or not there yet.</summary>
    public static async Task WriteAsync(Utf8JsonWriter json, IQueueStore store, Job job, CancellationToken cancellationToken)
    {
        var input = await store.History.InputAsync(job.Id, job.AccountId, cancellationToken);
        PayloadJson.Write(json, "json_input"u8, input);
        var answer = await store.AnswerAsync(job.Id, job.AccountId, cancellationToken);
        PayloadJson.Write(json, "json_output"u8, answer?.Body);
    }
}

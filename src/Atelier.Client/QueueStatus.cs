using System.Text.Json;

namespace Atelier.Client;

/// <summary>A request's state.</summary>
/// <param name="Status"><c>IN_QUEUE</c>, <c>IN_PROGRESS</c> or <c>COMPLETED</c>.</param>
/// <param name="QueuePosition">Requests ahead, while it waits.</param>
/// <param name="Logs">All lines so far, when they were asked for.</param>
/// <param name="Metrics">Measured times: <c>{"inference_time": 1.23}</c> in seconds.</param>
/// <param name="Error">What went wrong; the result call carries the details.</param>
public sealed record QueueStatus(
    string Status, int? QueuePosition, IReadOnlyList<QueueLog>? Logs, JsonElement? Metrics, string? Error)
{
    /// <summary>The result, or the failure, can be fetched.</summary>
    public bool IsCompleted => Status is "COMPLETED";
}

using System.Text.Json.Serialization;

namespace Atelier.Client;

/// <summary>The answer to a submit.</summary>
/// <param name="RequestId">The request's id: all that later calls need, beside the model.</param>
/// <param name="QueuePosition">Requests ahead.</param>
/// <param name="StatusUrl">Where the state is, for people; this client builds its own addresses.</param>
/// <param name="ResponseUrl">Where the result will be.</param>
public sealed record QueueTicket(
    [property: JsonRequired] string RequestId, int? QueuePosition, string? StatusUrl, string? ResponseUrl);

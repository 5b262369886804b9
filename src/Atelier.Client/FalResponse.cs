using System.Text.Json;

namespace Atelier.Client;

/// <summary>A successful answer.</summary>
/// <param name="Body">The JSON, as the model wrote it.</param>
/// <param name="RequestId">The request's id.</param>
/// <param name="Model">What really ran (<c>x-atelier-model</c>), where the server says so.</param>
public sealed record FalResponse(JsonElement Body, string? RequestId, string? Model);

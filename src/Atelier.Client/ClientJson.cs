using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Client;

/// <summary>Every record of the wire that this client reads or writes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(QueueTicket))]
[JsonSerializable(typeof(QueueStatus))]
[JsonSerializable(typeof(UploadToken))]
[JsonSerializable(typeof(UploadAnswer))]
[JsonSerializable(typeof(ModelPage))]
[JsonSerializable(typeof(JsonElement))]
sealed partial class ClientJson : JsonSerializerContext;

sealed record UploadToken([property: JsonRequired] string Token, string? TokenType, string? BaseUrl);

sealed record UploadAnswer([property: JsonRequired] string AccessUrl);

using System.Text.Json.Serialization;

namespace Atelier.Server;

/// <summary>The one line that a starting server prints with <c>--json</c>.</summary>
sealed record ReadyLine(string Url, int Pid, int? TlsPort = null, string? CaFile = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReadyLine))]
sealed partial class ReadyJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Atelier.Server;

/// <summary>The one line that a starting server prints with <c>--json</c>.</summary>
sealed record ReadyLine(string Url, int Pid);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ReadyLine))]
sealed partial class ReadyJson : JsonSerializerContext;

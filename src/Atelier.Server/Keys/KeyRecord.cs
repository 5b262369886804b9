using System.Text.Json.Serialization;

namespace Atelier.Server.Keys;

/// <summary>One key as it is kept.</summary>
/// <param name="KeyId">The public half.</param>
/// <param name="Alias">What its owner calls it.</param>
/// <param name="Scope"><c>API</c> runs models; <c>ADMIN</c> also manages keys and the server.</param>
/// <param name="SecretSha256">Hex.</param>
public sealed record KeyRecord(string KeyId, string Alias, string Scope, string SecretSha256, DateTimeOffset CreatedAt);

sealed record KeyFile(IReadOnlyList<KeyRecord> Keys);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(KeyFile))]
sealed partial class KeyFileJson : JsonSerializerContext;

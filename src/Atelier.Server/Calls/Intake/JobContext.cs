using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Server.Calls;

/// <summary>What the gateway leaves with a queued request for the moment when it runs.</summary>
/// <param name="Files">Prefix of file URLs in the answer, as the submitter reached this server.</param>
/// <param name="Lifecycle">The submitter's lifecycle header, or null.</param>
/// <param name="RunnerHint">The submitter's hint for sticky routing, or null.</param>
sealed record JobContext(string Files, string? Lifecycle, string? RunnerHint)
{
    /// <summary>The submitter's own labels, or null.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>The submitter's limits of retries, or null for the platform's.</summary>
    public RetryConfig? Retries { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, JobContextJson.Default.JobContext);

    /// <summary>The prefix of file URLs in a request's answer; null when the request never waited in the queue.</summary>
    public static string? FilesOf(string json) => json is "{}" ? null : Parse(json).Files;

    /// <exception cref="JsonException">The store gave back what was never put there.</exception>
    public static JobContext Parse(string json) =>
        JsonSerializer.Deserialize(json, JobContextJson.Default.JobContext) ?? throw new JsonException("A context is an object.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobContext))]
sealed partial class JobContextJson : JsonSerializerContext;

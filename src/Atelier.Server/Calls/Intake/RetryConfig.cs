using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Server.Calls;

/// <summary>
/// How often a request may be tried again, by what went wrong: the header <c>X-Fal-Retry-Config</c>,
/// <c>{"server_error":{"retries":n},"timeout":{…},"connection_error":{…}}</c>.
/// </summary>
/// <param name="ServerError">The app answered 503 or 504, or its answer broke off.</param>
/// <param name="Timeout">The app's request timeout passed.</param>
/// <param name="ConnectionError">The runner could not be reached.</param>
/// <remarks>
/// What is not named keeps the platform's limit of 10 attempts, and no number exceeds it. Failed attempts of every kind
/// count: a request that failed twice by a timeout has used up <c>"server_error":{"retries":2}</c>.
/// </remarks>
sealed record RetryConfig(RetryLimit? ServerError, RetryLimit? Timeout, RetryLimit? ConnectionError)
{
    /// <summary>The longest header.</summary>
    public const int MaxLength = 1024;

    /// <summary>Reads the header. Unknown conditions are ignored.</summary>
    /// <returns>Null when it is no such JSON, or a number is not a whole one of at least 0.</returns>
    public static RetryConfig? Parse(string text)
    {
        try
        {
            var config = text.Length > MaxLength ? null : JsonSerializer.Deserialize(text, RetryJson.Default.RetryConfig);
            return config is null || new[] { config.ServerError, config.Timeout, config.ConnectionError }.Any(limit => limit?.Retries < 0)
                ? null
                : config;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The limit of one condition.</summary>
/// <param name="Retries">Attempts after the first one; null leaves the platform's limit.</param>
sealed record RetryLimit(int? Retries);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RetryConfig))]
sealed partial class RetryJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using Atelier.Protocol;

namespace Atelier.Server.Keys.Tokens;

/// <summary>What a token says, as a JWT's payload.</summary>
/// <param name="KeyId">The key that asked for it (<c>sub</c>): the token has its rights, and ends with it.</param>
/// <param name="AllowedApps">An alias alone (<c>kokoro</c>), or a whole id with its path: then that path and those under it.</param>
/// <param name="IssuedAt">Unix seconds.</param>
/// <param name="ExpiresAt">Unix seconds.</param>
sealed record TokenClaims(
    [property: JsonPropertyName("sub")] string KeyId,
    [property: JsonPropertyName("allowed_apps")] IReadOnlyList<string> AllowedApps,
    [property: JsonPropertyName("iat")] long IssuedAt,
    [property: JsonPropertyName("exp")] long ExpiresAt)
{
    /// <summary>Whether the token is good for an endpoint.</summary>
    public bool Allows(EndpointId endpoint) => AllowedApps.Any(allowed => Allows(allowed, endpoint));

    static bool Allows(string allowed, EndpointId endpoint)
    {
        if (!allowed.Contains('/', StringComparison.Ordinal))
        {
            return allowed == endpoint.Alias;
        }

        return EndpointId.TryParse(allowed, out var id) && id.App == endpoint.App
            && (id.Path is "/" || id.Path == endpoint.Path
                || endpoint.Path.StartsWith(id.Path + "/", StringComparison.Ordinal));
    }
}

[JsonSerializable(typeof(TokenClaims))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(TokenBody))]
sealed partial class TokenJson : JsonSerializerContext;

/// <summary>The answer of the newer route.</summary>
sealed record TokenBody([property: JsonPropertyName("token")] string Token);

using System.Text.Json.Serialization;
using Atelier.Protocol;
using Atelier.Server.Webhooks.Signing;
using Atelier.Server.Wire;

namespace Atelier.Server.Webhooks;

/// <summary>The public keys for receivers, and their rotation for the operator.</summary>
sealed partial class SignatureKeyEndpoints(SignatureKeys keys, TimeProvider time, ILogger<SignatureKeyEndpoints> logger)
{
    const string Platform = $"/{FalHostNames.Api}/v1/webhooks/keys";

    /// <summary>Receivers may keep keys for a day; they are asked to look again each hour.</summary>
    const string Caching = "public, max-age=3600";

    const int BodyMaxBytes = 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet($"/{FalHostNames.Rest}/.well-known/jwks.json", KeySet).WithMetadata(new AllowKeyless());
        routes.MapGet(Platform, List).WithMetadata(new AdminOnly());
        routes.MapPost($"{Platform}/rotate", RotateAsync).WithMetadata(new AdminOnly());
    }

    IResult KeySet(HttpContext context)
    {
        try
        {
            var set = new JsonWebKeySet([.. keys.Published.Select(key => new JsonWebKey(key.X, key.Id))]);
            context.Response.Headers.CacheControl = Caching;
            return WireJson.Ok(set, SignatureKeyWireJson.Default.JsonWebKeySet);
        }
        catch (SigningUnavailableException fault)
        {
            Log.Unavailable(logger, fault);
            return WireError.Detail(503, fault.Message, "internal_error");
        }
    }

    IResult List() => Answer(() => null);

    async Task<IResult> RotateAsync(HttpRequest request)
    {
        if (await SmallBody.ReadAsync(request.HttpContext, BodyMaxBytes, SignatureKeyWireJson.Default.Rotation, empty: new()) is not { } asked)
        {
            return PlatformError.Create(
                400, "validation_error", "The body must be empty, or a JSON object with the boolean \"compromised\".");
        }

        return Answer(() =>
        {
            if (asked.Compromised)
            {
                Log.Replaced(logger, keys.Replace().Id);
            }
            else if (keys.Rotate() is { } next)
            {
                Log.Rotated(logger, next.Id, next.SignsFrom);
            }
            else
            {
                return PlatformError.Create(
                    409, "validation_error", "A new key is published already and does not sign yet; wait until it does.");
            }

            return null;
        });
    }

    // The list as it is after the change, or the change's refusal.
    IResult Answer(Func<IResult?> change)
    {
        try
        {
            if (change() is { } refused)
            {
                return refused;
            }

            var (published, current) = (keys.Published, keys.Current);
            return WireJson.Ok(
                new SignatureKeyList([.. published.Select(key => Card(key, current, published))]),
                SignatureKeyWireJson.Default.SignatureKeyList);
        }
        catch (SigningUnavailableException fault)
        {
            Log.Unavailable(logger, fault);
            return PlatformError.Create(503, "server_error", fault.Message);
        }
    }

    SignatureKeyCard Card(SignatureKey key, SignatureKey current, IReadOnlyList<SignatureKey> published) => new(
        key.Id,
        key.Id == current.Id ? "signs" : key.SignsFrom > time.GetUtcNow() ? "next" : "retired",
        key.CreatedAt, key.SignsFrom, keys.PublishedUntil(key, published));

    static partial class Log
    {
        [LoggerMessage(2110, LogLevel.Error, "Webhooks cannot be signed.")]
        public static partial void Unavailable(ILogger logger, Exception fault);

        [LoggerMessage(2111, LogLevel.Information, "The signature key {KeyId} is published; it signs from {SignsFrom:O}.")]
        public static partial void Rotated(ILogger logger, string keyId, DateTimeOffset signsFrom);

        [LoggerMessage(2112, LogLevel.Warning, "All signature keys were replaced by {KeyId}.")]
        public static partial void Replaced(ILogger logger, string keyId);
    }
}

/// <param name="X">The public key, base64url.</param>
sealed record JsonWebKey(
    [property: JsonPropertyOrder(2)] string X,
    [property: JsonPropertyOrder(3)] string Kid)
{
    [JsonPropertyOrder(0)]
    public string Kty { get; } = "OKP";

    [JsonPropertyOrder(1)]
    public string Crv { get; } = "Ed25519";

    [JsonPropertyOrder(4)]
    public string Use { get; } = "sig";

    [JsonPropertyOrder(5)]
    public string Alg { get; } = "EdDSA";
}

sealed record JsonWebKeySet(IReadOnlyList<JsonWebKey> Keys);

/// <param name="State"><c>next</c>, <c>signs</c> or <c>retired</c>.</param>
/// <param name="PublishedUntil">Null while no later key is planned.</param>
sealed record SignatureKeyCard(
    string Kid, string State, DateTimeOffset CreatedAt, DateTimeOffset SignsFrom, DateTimeOffset? PublishedUntil);

sealed record SignatureKeyList(IReadOnlyList<SignatureKeyCard> Keys);

/// <param name="Compromised">Others may have the private key: every key is replaced at once, without a grace.</param>
sealed record Rotation(bool Compromised = false);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(JsonWebKeySet))]
[JsonSerializable(typeof(SignatureKeyList))]
[JsonSerializable(typeof(Rotation))]
sealed partial class SignatureKeyWireJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using Atelier.Protocol;
using Atelier.Server.Wire;

namespace Atelier.Server.Keys;

/// <summary>The Platform API's key routes: list, create, revoke. All need the ADMIN scope.</summary>
public static class KeyEndpoints
{
    const int LimitDefault = 50;
    const int LimitMax = 1000;
    const int AliasMaxLength = 255;
    const int BodyMaxBytes = 64 * 1024;

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup($"/{FalHostNames.Api}/v1/keys").WithMetadata(new AdminOnly());
        keys.MapGet("", List);
        keys.MapPost("", CreateAsync);
        keys.MapDelete("/{keyId}", Revoke);
    }

    static IResult List(HttpRequest request, KeyRing ring)
    {
        var query = new PlatformQuery(request.Query);
        var (limit, page) = (query.Limit(LimitDefault, LimitMax), query.Page());
        var creator = query.Choices("expand", "creator_info").Count > 0 ? Caller.Of(request.HttpContext).AccountId : null;
        if (query.Refused is not null)
        {
            return query.Refusal;
        }

        var keys = ring.Keys;
        var first = (int)Math.Min((long)(page - 1) * limit, keys.Count);
        var shown = keys.Skip(first).Take(limit)
            .Select(key => new KeyEntry(key.KeyId, key.Alias, key.Scope, key.CreatedAt.UtcDateTime, creator)).ToList();
        var next = first + shown.Count < keys.Count ? PlatformQuery.Cursor(page + 1) : null;
        return WireJson.Ok(new KeyList(next, next is not null, shown), KeyJson.Default.KeyList);
    }

    static async Task<IResult> CreateAsync(HttpRequest request, KeyRing ring)
    {
        if (await SmallBody.ReadAsync(request.HttpContext, BodyMaxBytes, KeyJson.Default.NewKey) is not { } asked)
        {
            return PlatformError.Create(400, "validation_error", "The body must be a JSON object with an alias.");
        }

        if (asked.Alias is not { Length: > 0 and <= AliasMaxLength } alias || asked.Scope is not ("API" or "ADMIN"))
        {
            return PlatformError.Create(
                400, "validation_error", "alias must have 1 to 255 characters, and scope must be API or ADMIN.");
        }

        var key = ApiKey.Create();
        ring.Put(key, alias, asked.Scope);
        return WireJson.Ok(new CreatedKey(key.Id, key.Secret, key.ToString()), KeyJson.Default.CreatedKey, 201);
    }

    static IResult Revoke(string keyId, KeyRing ring) => ring.Revoke(keyId)
        ? TypedResults.NoContent()
        : PlatformError.Create(404, "not_found", "There is no key with this id.");
}

sealed record KeyEntry(
    string KeyId, string Alias, string Scope, DateTime CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CreatorNickname);

sealed record KeyList(string? NextCursor, bool HasMore, IReadOnlyList<KeyEntry> Keys);

sealed record NewKey(string? Alias, string Scope = "API");

sealed record CreatedKey(string KeyId, string KeySecret, string Key);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(CreatedKey))]
sealed partial class KeyJson : JsonSerializerContext;

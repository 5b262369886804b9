using System.Text.Json.Nodes;
using Atelier.Protocol;
using Atelier.Protocol.Schemas;
using Atelier.Server.Wire;

namespace Atelier.Server.Keys.Tokens;

/// <summary>
/// The two routes that give tokens (protocol §10.1): the older one answers a JSON string, the newer one an object. An
/// app need not exist: clients ask for aliases that they have made up from whatever id they were given.
/// </summary>
static class TokenEndpoints
{
    const int BodyMaxBytes = 64 * 1024;

    static readonly InputValidator Older = Compile("token_expiration");
    static readonly InputValidator Newer = Compile("duration");

    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup($"/{FalHostNames.Rest}/tokens");
        tokens.MapPost("", (HttpContext context, BrowserTokens issuer) => IssueAsync(
            context, issuer, Older, "token_expiration", token => WireJson.Ok(token, TokenJson.Default.String)));
        tokens.MapPost("/realtime", (HttpContext context, BrowserTokens issuer) => IssueAsync(
            context, issuer, Newer, "duration", token => WireJson.Ok(new(token), TokenJson.Default.TokenBody)));
    }

    static async Task<IResult> IssueAsync(
        HttpContext context, BrowserTokens issuer, InputValidator validator, string lifetimeField, Func<string, IResult> answer)
    {
        context.Response.Headers[FalHeaders.RequestId] = Guid.CreateVersion7().ToString();
        if (await SmallBody.ReadAsync(context, BodyMaxBytes) is not { } body)
        {
            return WireError.Detail(413, "The request body is larger than 64 KiB.", "bad_request");
        }

        using var document = InputValidator.Parse(body, out var invalid);
        if (document is null)
        {
            return WireError.Validation([invalid!]);
        }

        if (validator.Coerce(document.RootElement, out var coerced) is { Count: > 0 } errors)
        {
            return WireError.Validation(errors);
        }

        var asked = JsonNode.Parse(coerced.Span)!;
        var token = issuer.Issue(
            Caller.Of(context).KeyId,
            [.. asked["allowed_apps"]!.AsArray().Select(app => app!.GetValue<string>())],
            TimeSpan.FromSeconds(asked[lifetimeField]!.GetValue<int>()));
        return token switch
        {
            null => KeyErrors.Unauthorized(context, missing: false),
            { Length: > BrowserTokens.LengthMax } => WireError.Validation(
                [new(WireErrors.Loc("allowed_apps"), "The apps are too many for one token", "too_long")]),
            _ => answer(token),
        };
    }

    // The ranges are documented in docs/limits.md; the default is what the JavaScript client asks for.
    static InputValidator Compile(string lifetimeField) => InputValidator.Compile(JsonNode.Parse($$"""
        {
          "type": "object",
          "properties": {
            "allowed_apps": {
              "type": "array",
              "items": {"type": "string", "minLength": 1, "maxLength": {{EndpointId.MaxLength}}},
              "minItems": 1,
              "maxItems": 100
            },
            "{{lifetimeField}}": {"type": "integer", "minimum": 1, "maximum": 86400, "default": 120}
          },
          "required": ["allowed_apps"]
        }
        """)!.AsObject());
}

using System.Text.Json.Serialization;
using Atelier.Protocol;

namespace Atelier.Server.Wire;

/// <summary>Errors of the Platform API (<c>/v1</c>): <c>{"error":{"type","message"}}</c>.</summary>
public static class PlatformError
{
    /// <param name="status">HTTP status.</param>
    /// <param name="type"><c>authorization_error validation_error not_found rate_limited server_error not_implemented</c>.</param>
    /// <param name="message">A sentence for people.</param>
    public static IResult Create(int status, string type, string message) =>
        new Refusal(WireJson.Ok(
            new PlatformErrorBody(new(type, message)), PlatformErrorJson.Default.PlatformErrorBody, status));

    /// <summary>Whether a request is for the Platform API, whose errors have this shape.</summary>
    public static bool IsDueTo(HttpContext context) =>
        context.Request.Path.StartsWithSegments($"/{FalHostNames.Api}", StringComparison.Ordinal);

    sealed class Refusal(IResult body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            WireError.Identify(httpContext.Response);
            return body.ExecuteAsync(httpContext);
        }
    }
}

sealed record PlatformErrorBody(PlatformErrorContent Error);

sealed record PlatformErrorContent(string Type, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PlatformErrorBody))]
sealed partial class PlatformErrorJson : JsonSerializerContext;

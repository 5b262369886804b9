using System.Text.Json;
using System.Text.RegularExpressions;
using Atelier.Protocol;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.Platform;

/// <summary>
/// <c>GET /v1/openapi.json</c>: the operations with their parameters in the path, what key each needs, and whether this
/// server has it. Queries and bodies are fal's; their names and types are in fal's own document.
/// </summary>
/// <param name="routes">What is mapped; read at the first request, when all is.</param>
/// <param name="fallback">The order of the routes that stand in for operations that are not there.</param>
sealed partial class PlatformDocument(IEndpointRouteBuilder routes, int fallback)
{
    HashSet<string>? _here;

    /// <summary>Whether a slice answers the operation.</summary>
    public bool IsHere(PlatformOperation operation) =>
        (_here ??= Mapped()).Contains(Shape(operation.Method, $"/{FalHostNames.Api}{operation.Path}"));

    public Task Send(HttpContext context)
    {
        var target = WireTarget.Of(context).QueueBaseUrl;
        var server = string.Concat(target.AsSpan(0, target.LastIndexOf('/') + 1), FalHostNames.Api);
        JsonAnswer.Send(context, 200, (Document: this, server), static (json, state) => state.Document.Write(json, state.server));
        return Task.CompletedTask;
    }

    // A parameter's name is its author's own affair: {keyId} here is {key_id} there.
    static string Shape(string method, string path) => $"{method} {Parameter().Replace(path, "{}").TrimEnd('/')}";

    HashSet<string> Mapped() => [.. routes.DataSources
        .SelectMany(source => source.Endpoints)
        .OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Order < fallback)
        .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods
            .Select(method => Shape(method, endpoint.RoutePattern.RawText!)) ?? [])];

    void Write(Utf8JsonWriter json, string server)
    {
        json.WriteStartObject();
        json.WriteString("openapi"u8, "3.1.0"u8);
        json.WriteStartObject("info"u8);
        json.WriteString("title"u8, "Platform API"u8);
        json.WriteString("version"u8, "1.0.0"u8);
        json.WriteEndObject();
        json.WriteStartArray("servers"u8);
        json.WriteStartObject();
        json.WriteString("url"u8, server);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("components"u8);
        json.WriteStartObject("securitySchemes"u8);
        WriteScheme(json, "apiKey", "Key ID:SECRET");
        WriteScheme(json, "adminApiKey", "Key ID:SECRET of a key with the ADMIN scope");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("paths"u8);
        foreach (var path in PlatformOperations.All.GroupBy(operation => operation.DocumentPath, StringComparer.Ordinal))
        {
            json.WriteStartObject(path.Key);
            foreach (var operation in path)
            {
                WriteOperation(json, operation);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteScheme(Utf8JsonWriter json, string name, string description)
    {
        json.WriteStartObject(name);
        json.WriteString("type"u8, "apiKey"u8);
        json.WriteString("in"u8, "header"u8);
        json.WriteString("name"u8, "Authorization"u8);
        json.WriteString("description"u8, description);
        json.WriteEndObject();
    }

    void WriteOperation(Utf8JsonWriter json, PlatformOperation operation)
    {
        json.WriteStartObject(operation.Method.ToLowerInvariant());
        json.WriteString("operationId"u8, operation.Id);
        json.WriteBoolean("x-atelier-available"u8, IsHere(operation));
        json.WriteStartArray("parameters"u8);
        foreach (Match parameter in Parameter().Matches(operation.DocumentPath))
        {
            json.WriteStartObject();
            json.WriteString("name"u8, parameter.Groups[1].Value);
            json.WriteString("in"u8, "path"u8);
            json.WriteBoolean("required"u8, true);
            json.WriteStartObject("schema"u8);
            json.WriteString("type"u8, "string"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("security"u8);
        if (operation.Access is not PlatformAccess.Open)
        {
            json.WriteStartObject();
            json.WriteStartArray(operation.Access is PlatformAccess.Admin ? "adminApiKey" : "apiKey");
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("responses"u8);
        json.WriteStartObject("default"u8);
        json.WriteString("description"u8, "The answer, or {\"error\":{\"type\",\"message\"}}."u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    [GeneratedRegex(@"\{\**([^}]+)\}")]
    private static partial Regex Parameter();
}

using System.Text;
using System.Text.Json.Nodes;
using Atelier.Protocol;
using Atelier.Protocol.Apps;

namespace Atelier.Server.Catalog;

/// <summary>The OpenAPI 3.0.4 document of one endpoint, in the shape of fal's: the queue's four operations.</summary>
static class OpenApiDocument
{
    /// <param name="endpoint">Its schemas go in as they are.</param>
    /// <param name="queueBaseUrl">Where the caller reaches the queue; the document's only server.</param>
    public static JsonObject Create(EndpointManifest endpoint, string queueBaseUrl)
    {
        var name = SchemaName(endpoint.Id);
        return new()
        {
            ["openapi"] = "3.0.4",
            ["info"] = Info(endpoint),
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["apiKeyAuth"] = new JsonObject
                    {
                        ["type"] = "apiKey",
                        ["in"] = "header",
                        ["name"] = "Authorization",
                        ["description"] = "Key <key_id>:<key_secret>",
                    },
                },
                ["schemas"] = new JsonObject
                {
                    ["QueueStatus"] = QueueStatus(),
                    [name + "Input"] = endpoint.Input.DeepClone(),
                    [name + "Output"] = endpoint.Output.DeepClone(),
                },
            },
            ["paths"] = Paths(endpoint.Id, name),
            ["servers"] = new JsonArray(new JsonObject { ["url"] = queueBaseUrl }),
            ["security"] = new JsonArray(new JsonObject { ["apiKeyAuth"] = new JsonArray() }),
        };
    }

    /// <summary>A name for the schemas, from the id without its owner: <c>fal-ai/flux/dev</c> is <c>FluxDev</c>.</summary>
    public static string SchemaName(string id)
    {
        var text = EndpointId.TryParse(id, out var parsed) ? parsed.Alias + parsed.Path : id;
        var name = new StringBuilder(text.Length);
        var upper = true;
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                name.Append(upper ? char.ToUpperInvariant(c) : c);
            }

            upper = !char.IsAsciiLetterOrDigit(c);
        }

        return name.ToString();
    }

    static JsonObject Info(EndpointManifest endpoint) => new()
    {
        ["title"] = $"Queue OpenAPI for {endpoint.Id}",
        ["version"] = "1.0.0",
        ["description"] = $"The OpenAPI schema for the {endpoint.Id} queue.",
        ["x-fal-metadata"] = new JsonObject
        {
            ["endpointId"] = endpoint.Id,
            ["category"] = endpoint.Category,
            ["thumbnailUrl"] = "",
            ["playgroundUrl"] = ModelPages.Playground(endpoint),
            ["documentationUrl"] = ModelPages.Documentation(endpoint),
        },
    };

    static JsonObject QueueStatus() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["type"] = "string",
                ["enum"] = new JsonArray("IN_QUEUE", "IN_PROGRESS", "COMPLETED"),
            },
            ["request_id"] = Text("The request id."),
            ["response_url"] = Text("The response url."),
            ["status_url"] = Text("The status url."),
            ["cancel_url"] = Text("The cancel url."),
            ["logs"] = new JsonObject { ["type"] = "object", ["description"] = "The logs.", ["additionalProperties"] = true },
            ["metrics"] = new JsonObject { ["type"] = "object", ["description"] = "The metrics.", ["additionalProperties"] = true },
            ["queue_position"] = new JsonObject { ["type"] = "integer", ["description"] = "The queue position." },
        },
        ["required"] = new JsonArray("status", "request_id"),
    };

    static JsonObject Paths(string id, string name)
    {
        var request = $"/{id}/requests/{{request_id}}";
        return new()
        {
            [$"/{id}"] = new JsonObject { ["post"] = Submit(name) },
            [request] = new JsonObject { ["get"] = Operation("Result of the request.", Reference(name + "Output")) },
            [$"{request}/status"] = new JsonObject
            {
                ["get"] = Operation("The request status.", Reference("QueueStatus"), new JsonObject
                {
                    ["name"] = "logs",
                    ["in"] = "query",
                    ["required"] = false,
                    ["schema"] = new JsonObject
                    {
                        ["type"] = "number",
                        ["description"] = "Whether to include logs (`1`) in the response or not (`0`).",
                    },
                }),
            },
            [$"{request}/cancel"] = new JsonObject
            {
                ["put"] = Operation("The request was cancelled.", new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["status"] = Text("CANCELLATION_REQUESTED.") },
                }),
            },
        };
    }

    static JsonObject Submit(string name) => new()
    {
        ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Json(Reference(name + "Input")) },
        ["responses"] = Answer("The request status.", Reference("QueueStatus")),
    };

    static JsonObject Operation(string description, JsonObject schema, JsonObject? query = null)
    {
        var parameters = new JsonArray(new JsonObject
        {
            ["name"] = "request_id",
            ["in"] = "path",
            ["required"] = true,
            ["schema"] = new JsonObject { ["type"] = "string", ["description"] = "Request ID" },
        });
        if (query is not null)
        {
            parameters.Add((JsonNode)query);
        }

        return new() { ["parameters"] = parameters, ["responses"] = Answer(description, schema) };
    }

    static JsonObject Answer(string description, JsonObject schema) =>
        new() { ["200"] = new JsonObject { ["description"] = description, ["content"] = Json(schema) } };

    static JsonObject Json(JsonObject schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };
}

using System.Text;
using System.Text.Json.Nodes;
using Atelier.Protocol;

namespace Atelier.Server.Catalog;

/// <summary>
/// The OpenAPI 3.0.4 document of one endpoint, in the shape of fal's: the queue's four operations, or the protocol of an
/// endpoint that is a WebSocket and has none.
/// </summary>
static class OpenApiDocument
{
    /// <param name="schema">Its nodes go into the document.</param>
    /// <param name="queueBaseUrl">Where the caller reaches the queue; the document's only server.</param>
    public static JsonObject Create(ModelSchema schema, string queueBaseUrl)
    {
        var id = schema.Model.Id;
        var name = SchemaName(id);
        return new()
        {
            ["openapi"] = "3.0.4",
            ["info"] = Info(schema),
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
                ["schemas"] = Schemas(schema, name),
            },
            ["paths"] = schema.Model.Local?.Realtime is { } realtime ? SocketPaths.Create(id, name, realtime) : Paths(id, name),
            ["servers"] = new JsonArray(new JsonObject { ["url"] = queueBaseUrl }),
            ["security"] = new JsonArray(new JsonObject { ["apiKeyAuth"] = new JsonArray() }),
        };
    }

    // Tools take the first schema whose name ends in Input, so the endpoint's own stand before its types.
    static JsonObject Schemas(ModelSchema schema, string name)
    {
        var schemas = new JsonObject
        {
            ["QueueStatus"] = QueueStatus(),
            [name + "Input"] = schema.Input,
            [name + "Output"] = schema.Output ?? new JsonObject { ["type"] = "object", ["additionalProperties"] = true },
        };
        foreach (var (type, node) in schema.Types?.ToList() ?? [])
        {
            schema.Types!.Remove(type);
            schemas[type] = node;
        }

        NullableSchema.Rewrite(schemas);
        return schemas;
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

    static JsonObject Info(ModelSchema schema)
    {
        var model = schema.Model;
        var info = new JsonObject
        {
            ["title"] = $"Queue OpenAPI for {model.Id}",
            ["version"] = "1.0.0",
            ["description"] = $"The OpenAPI schema for the {model.Id} queue.",
            ["x-fal-metadata"] = new JsonObject
            {
                ["endpointId"] = model.Id,
                ["category"] = model.Category,
                ["thumbnailUrl"] = "",
                ["playgroundUrl"] = ModelPages.Playground(model),
                ["documentationUrl"] = ModelPages.Documentation(model),
            },
        };
        if (schema.Family is { } family)
        {
            info["description"] = $"A sketch: the inputs that {family} models have in common. {model.Id} may have others.";
        }

        // Whoever reads the document before a call learns here that the call would fail.
        if (model.Local is null)
        {
            info["x-atelier"] = new JsonObject { ["callable"] = false, ["sketch"] = schema.Family is not null };
        }

        return info;
    }

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

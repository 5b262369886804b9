using System.Text.Json.Nodes;
using Atelier.Protocol.Apps;

namespace Atelier.Server.Catalog;

/// <summary>
/// The path of an endpoint that is connected to, as fal's documents have it: <c>x-fal-protocol</c> says how, and a
/// mirrored POST says what one message and one answer look like.
/// </summary>
static class SocketPaths
{
    public static JsonObject Create(string id, string name, RealtimeManifest realtime)
    {
        var protocol = new JsonObject { ["type"] = realtime.Type, ["operationId"] = name };
        if (realtime.Type is RealtimeManifest.RealtimeType)
        {
            protocol["config"] = new JsonObject
            {
                ["buffering"] = realtime.Buffering,
                ["sessionTimeout"] = realtime.SessionTimeoutSeconds,
                ["maxBatchSize"] = realtime.MaxBatchSize,
            };
            protocol["contentType"] = "application/msgpack";
            protocol["realtimeMode"] = realtime.Mode;
        }

        return new()
        {
            [$"/{id}"] = new JsonObject
            {
                ["x-fal-protocol"] = protocol,
                ["post"] = new JsonObject
                {
                    ["operationId"] = $"{name}_post",
                    ["summary"] = $"Realtime endpoint: {name}",
                    ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Json($"{name}Input") },
                    ["responses"] = new JsonObject
                    {
                        ["200"] = new JsonObject { ["description"] = "One answer.", ["content"] = Json($"{name}Output") },
                    },
                },
            },
        };
    }

    static JsonObject Json(string schema) => new()
    {
        ["application/json"] = new JsonObject
        {
            ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{schema}" },
        },
    };
}

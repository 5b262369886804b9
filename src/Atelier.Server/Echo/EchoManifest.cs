using System.Text.Json.Nodes;
using Atelier.Protocol.Apps;
using Atelier.Protocol.Realtime;

namespace Atelier.Server.Echo;

/// <summary>What <c>atelier/echo</c> says of itself. The schemas are those of <c>atelier/echo-process</c>.</summary>
static class EchoManifest
{
    public const string App = "atelier/echo";

    public const string RealtimePath = "/realtime";

    public const string RawPath = "/ws";

    const string InputSchema = """
        {
          "type": "object",
          "title": "EchoInput",
          "properties": {
            "logs": {
              "type": "integer",
              "minimum": 0,
              "maximum": 1000,
              "title": "Logs",
              "description": "Lines to write to the request's log.",
              "default": 0
            },
            "delay_ms": {
              "type": "integer",
              "minimum": 0,
              "maximum": 600000,
              "title": "Delay Ms",
              "description": "Milliseconds to wait before answering.",
              "default": 0
            },
            "crash": {
              "type": "boolean",
              "title": "Crash",
              "description": "Abort the process; only atelier/echo-process can.",
              "default": false
            },
            "hang": {
              "type": "boolean",
              "title": "Hang",
              "description": "Never answer; only atelier/echo-process can.",
              "default": false
            },
            "fail": {
              "anyOf": [
                {
                  "type": "object",
                  "title": "EchoFail",
                  "properties": {
                    "status": {
                      "type": "integer",
                      "minimum": 400,
                      "maximum": 599,
                      "title": "Status",
                      "description": "The HTTP status."
                    },
                    "detail": {"title": "Detail", "description": "The error's detail: any JSON."},
                    "times": {
                      "anyOf": [{"type": "integer", "minimum": 1, "maximum": 9}, {"type": "null"}],
                      "title": "Times",
                      "description": "How many attempts fail; all when absent."
                    }
                  },
                  "required": ["status"],
                  "x-fal-order-properties": ["status", "detail", "times"]
                },
                {"type": "null"}
              ],
              "title": "Fail",
              "description": "Fail with this status."
            },
            "file": {
              "anyOf": [
                {
                  "type": "object",
                  "title": "EchoFile",
                  "properties": {
                    "text": {"type": "string", "title": "Text", "description": "The file's content."},
                    "content_type": {
                      "type": "string",
                      "title": "Content Type",
                      "description": "The file's media type.",
                      "default": "text/plain"
                    }
                  },
                  "required": ["text"],
                  "x-fal-order-properties": ["text", "content_type"]
                },
                {"type": "null"}
              ],
              "title": "File",
              "description": "A file to store and answer."
            },
            "size_bytes": {
              "type": "integer",
              "minimum": 0,
              "maximum": 16777216,
              "title": "Size Bytes",
              "description": "Length of the padding in the answer.",
              "default": 0
            }
          },
          "x-fal-order-properties": ["logs", "delay_ms", "crash", "hang", "fail", "file", "size_bytes"]
        }
        """;

    const string OutputSchema = """
        {
          "type": "object",
          "title": "EchoOutput",
          "properties": {
            "echo": {"title": "Echo", "description": "The input as it came."},
            "request_id": {"type": "string", "title": "Request Id", "description": "The request's id."},
            "attempt": {"type": "integer", "title": "Attempt", "description": "Which attempt answered, from 1."},
            "padding": {
              "anyOf": [{"type": "string"}, {"type": "null"}],
              "title": "Padding",
              "description": "As many x as size_bytes asked for."
            },
            "file": {
              "anyOf": [
                {
                  "type": "object",
                  "title": "FileOutput",
                  "properties": {
                    "url": {"type": "string", "title": "Url"},
                    "content_type": {"type": "string", "title": "Content Type"},
                    "file_name": {"type": "string", "title": "File Name"},
                    "file_size": {"type": "integer", "title": "File Size"}
                  },
                  "required": ["url", "content_type", "file_name", "file_size"],
                  "x-fal-order-properties": ["url", "content_type", "file_name", "file_size"]
                },
                {"type": "null"}
              ],
              "title": "File",
              "description": "The stored file."
            }
          },
          "required": ["echo", "request_id", "attempt"],
          "x-fal-order-properties": ["echo", "request_id", "attempt", "padding", "file"]
        }
        """;

    const string AnySchema = """{"type": "object", "additionalProperties": true}""";

    /// <summary>A new copy: schema nodes are mutable.</summary>
    public static AppManifest Create() => new()
    {
        App = App,
        Endpoints =
        [
            new()
            {
                Id = App,
                Path = "/",
                Title = "Echo",
                Category = "json",
                Description = "A diagnostic: answers its input from the server process itself.",
                Diagnostic = true,
                Input = JsonNode.Parse(InputSchema)!.AsObject(),
                Output = JsonNode.Parse(OutputSchema)!.AsObject(),
            },
            EchoStream.Manifest(),
            Socket(
                RealtimePath, "Echo (realtime)", "A diagnostic: answers each message with itself.",
                new(RealtimeManifest.RealtimeType, "unary", SessionTimeoutSeconds: (int)RealtimeSessionOptions.DefaultIdleTimeout.TotalSeconds)),
            Socket(
                RawPath, "Echo (WebSocket)", "A diagnostic: answers each frame with itself.",
                new(RealtimeManifest.WebSocketType)),
        ],

        // One process, this one; as many calls at once as it takes to measure it.
        Scaling = new() { MaxMultiplexing = 4096, MaxConcurrency = 1 },
    };

    static EndpointManifest Socket(string path, string title, string description, RealtimeManifest realtime) => new()
    {
        Id = App + path,
        Path = path,
        Title = title,
        Category = "json",
        Description = description,
        Diagnostic = true,
        Realtime = realtime,
        Input = JsonNode.Parse(AnySchema)!.AsObject(),
        Output = JsonNode.Parse(AnySchema)!.AsObject(),
    };
}

using System.Text.Json.Nodes;
using Atelier.Protocol.Apps;

namespace Atelier.Server.Echo;

/// <summary>What <c>atelier/echo</c> says of itself; the limits are those of <c>atelier/echo-process</c>.</summary>
static class EchoManifest
{
    public const string App = "atelier/echo";

    const string InputSchema = """
        {
          "title": "EchoInput",
          "type": "object",
          "properties": {
            "delay_ms": {
              "title": "Delay Ms", "type": "integer", "minimum": 0, "maximum": 600000, "default": 0,
              "description": "Milliseconds before the answer."
            },
            "logs": {
              "title": "Logs", "type": "integer", "minimum": 0, "maximum": 1000, "default": 0,
              "description": "Log lines, spread evenly over the delay."
            },
            "fail": {
              "title": "Fail", "description": "Answers an error instead.",
              "anyOf": [{
                "title": "EchoFail", "type": "object",
                "properties": {
                  "status": { "title": "Status", "type": "integer", "minimum": 400, "maximum": 599,
                    "description": "The HTTP status of the error." },
                  "detail": { "title": "Detail", "description": "Any JSON; answered as detail." },
                  "times": {
                    "title": "Times", "anyOf": [{ "type": "integer", "minimum": 1, "maximum": 9 }, { "type": "null" }],
                    "description": "Fails while the attempt is not above this; always when absent."
                  }
                },
                "required": ["status"], "x-fal-order-properties": ["status", "detail", "times"]
              }, { "type": "null" }]
            },
            "size_bytes": {
              "title": "Size Bytes", "type": "integer", "minimum": 0, "maximum": 16777216, "default": 0,
              "description": "Length of the padding in the answer."
            },
            "file": {
              "title": "File", "description": "A file to store and answer.",
              "anyOf": [{
                "title": "EchoFile", "type": "object",
                "properties": {
                  "text": { "title": "Text", "type": "string", "description": "The content." },
                  "content_type": { "title": "Content Type", "type": "string", "default": "text/plain",
                    "description": "The media type." }
                },
                "required": ["text"], "x-fal-order-properties": ["text", "content_type"]
              }, { "type": "null" }]
            },
            "crash": {
              "title": "Crash", "type": "boolean", "default": false,
              "description": "Only atelier/echo-process obeys it."
            },
            "hang": {
              "title": "Hang", "type": "boolean", "default": false,
              "description": "Only atelier/echo-process obeys it."
            }
          },
          "x-fal-order-properties": ["delay_ms", "logs", "fail", "size_bytes", "file", "crash", "hang"]
        }
        """;

    const string OutputSchema = """
        {
          "title": "EchoOutput",
          "type": "object",
          "properties": {
            "echo": { "title": "Echo", "description": "The input as it came." },
            "request_id": { "title": "Request Id", "type": "string" },
            "attempt": { "title": "Attempt", "type": "integer", "description": "From 1." },
            "padding": { "title": "Padding", "type": "string" },
            "file": {
              "title": "File", "type": "object",
              "properties": {
                "url": { "title": "Url", "type": "string" },
                "content_type": { "title": "Content Type", "type": "string" },
                "file_name": { "title": "File Name", "type": "string" },
                "file_size": { "title": "File Size", "type": "integer" }
              }
            }
          },
          "required": ["echo", "request_id", "attempt"],
          "x-fal-order-properties": ["echo", "request_id", "attempt", "padding", "file"]
        }
        """;

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
                Description = "Answers its input from the server process: a diagnostic that needs no model.",
                Diagnostic = true,
                Input = JsonNode.Parse(InputSchema)!.AsObject(),
                Output = JsonNode.Parse(OutputSchema)!.AsObject(),
            },
        ],
        Scaling = new() { MaxMultiplexing = 4096, MaxConcurrency = 1 },
    };
}

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol;
using Atelier.Protocol.Apps;
using Atelier.Protocol.Schemas;
using Atelier.Server.Calls;

namespace Atelier.Server.Echo;

/// <summary><c>atelier/echo/stream</c>: as many events as asked for, at a pace, breaking off when asked: <c>docs/echo.md</c>.</summary>
sealed class EchoStream(TimeProvider time)
{
    public const string Path = "/stream";

    const string InputSchema = """
        {
          "type": "object",
          "title": "EchoStreamInput",
          "properties": {
            "count": {
              "type": "integer",
              "minimum": 1,
              "maximum": 10000,
              "title": "Count",
              "description": "Events to answer.",
              "default": 3
            },
            "interval_ms": {
              "type": "integer",
              "minimum": 0,
              "maximum": 600000,
              "title": "Interval Ms",
              "description": "Milliseconds to wait before each event but the first.",
              "default": 0
            },
            "fail_at": {
              "anyOf": [{"type": "integer", "minimum": 1, "maximum": 10000}, {"type": "null"}],
              "title": "Fail At",
              "description": "Fail instead of answering this event; 1 is the first."
            }
          },
          "x-fal-order-properties": ["count", "interval_ms", "fail_at"]
        }
        """;

    const string OutputSchema = """
        {
          "type": "object",
          "title": "EchoEvent",
          "properties": {
            "index": {"type": "integer", "title": "Index", "description": "Which event this is, from 1."},
            "count": {"type": "integer", "title": "Count", "description": "How many events there are."},
            "request_id": {"type": "string", "title": "Request Id", "description": "The request's id."}
          },
          "required": ["index", "count", "request_id"],
          "x-fal-order-properties": ["index", "count", "request_id"]
        }
        """;

    static readonly Dictionary<string, string> NoHeaders = [];
    static readonly Dictionary<string, string> Free = new() { [FalHeaders.BillableUnits] = "0" };

    static readonly InputValidator Validator = InputValidator.Compile(Manifest().Input);

    /// <summary>A new copy: schema nodes are mutable.</summary>
    public static EndpointManifest Manifest() => new()
    {
        Id = EchoManifest.App + Path,
        Path = Path,
        Title = "Echo Stream",
        Category = "json",
        Description = "A diagnostic: answers a stream of events from the server process itself.",
        Diagnostic = true,
        Streams = true,
        Input = JsonNode.Parse(InputSchema)!.AsObject(),
        Output = JsonNode.Parse(OutputSchema)!.AsObject(),
    };

    /// <param name="call">What is asked for.</param>
    /// <param name="stream">Takes the events; null for a caller who wants the last one only.</param>
    public async Task<RunnerOutcome> AnswerAsync(RunnerCall call, IAnswerStream? stream, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var errors = Validator.Validate(call.Input);
        if (errors.Count > 0)
        {
            return new RunnerOutcome.Answered(422, WireErrors.Validation(errors), Free);
        }

        using var parsed = JsonDocument.Parse(call.Input);
        _ = Validator.Coerce(parsed.RootElement, out var coerced);
        var (count, interval, failAt) = JsonSerializer.Deserialize(coerced.Span, EchoJson.Default.EchoStreamRequest)!;
        byte[] last = [];
        for (var index = 1; index <= count; index++)
        {
            if (index > 1 && interval > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(interval), time, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (index == failAt)
            {
                return index == 1
                    ? new RunnerOutcome.Answered(500, WireErrors.Detail("asked to fail"), NoHeaders)
                    : new RunnerOutcome.Failed(RunnerFailure.Incomplete, "The app's answer broke off.");
            }

            if (index == 1 && stream is not null)
            {
                await stream.BeginAsync("text/event-stream", NoHeaders);
            }

            last = Event(index, count, call.RequestId);
            if (stream is not null)
            {
                await stream.WriteAsync((byte[])[.. "data: "u8, .. last, .. "\n\n"u8]);
            }
        }

        return new RunnerOutcome.Answered(200, stream is null ? last : default(ReadOnlyMemory<byte>), NoHeaders);
    }

    static byte[] Event(int index, int count, string requestId)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("index"u8, index);
            json.WriteNumber("count"u8, count);
            json.WriteString("request_id"u8, requestId);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>The input, once it is validated.</summary>
sealed record EchoStreamRequest(int Count, int IntervalMs, int? FailAt);

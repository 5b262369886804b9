using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Atelier.Protocol;
using Atelier.Protocol.Realtime;
using Atelier.Protocol.Schemas;
using Atelier.Server.Calls;

namespace Atelier.Server.Echo;

/// <summary>
/// <c>atelier/echo</c>: answers its input, after a delay, with log lines, a failure, padding or a file when asked. It
/// measures the gateway itself, so an input that asks nothing is copied into the answer without being built up.
/// </summary>
sealed class EchoRunner(SaveFile saveFile, TimeProvider time) : IRunner
{
    static readonly FrozenDictionary<string, string> NoHeaders = FrozenDictionary<string, string>.Empty;

    static readonly FrozenDictionary<string, string> Free =
        new Dictionary<string, string> { [FalHeaders.BillableUnits] = "0" }.ToFrozenDictionary();

    static readonly InputValidator Validator = InputValidator.Compile(EchoManifest.Create().Endpoints[0].Input);

    readonly EchoStream _events = new(time);

    public Task<RunnerOutcome> StreamAsync(RunnerCall call, IAnswerStream stream, CancellationToken cancellationToken) =>
        call.Path is EchoStream.Path ? _events.AnswerAsync(call, stream, cancellationToken) : RunAsync(call, cancellationToken);

    public Task<RunnerOutcome> RunAsync(RunnerCall call, CancellationToken cancellationToken)
    {
        if (call.Path is EchoStream.Path)
        {
            return _events.AnswerAsync(call, null, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return EchoRequest.AsksAnything(call.Input.Span)
            ? ObeyAsync(call, cancellationToken)
            : Task.FromResult<RunnerOutcome>(new RunnerOutcome.Answered(200, Splice(call), NoHeaders));
    }

    public async Task<RunnerOutcome.Failed?> ConnectAsync(
        RunnerCall call, WebSocket caller, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (call.Path is EchoManifest.RawPath)
        {
            await EchoSockets.RawAsync(caller, cancellationToken);
            return null;
        }

        _ = RealtimeSessionOptions.TryReadBuffering(call.Query, out var buffering);
        var options = new RealtimeSessionOptions { Buffering = buffering, SendsTimings = true };
        using var hosted = new HostedSocket(caller, cancellationToken);
        var session = new RealtimeSession(hosted, options, time);
        await session.RunAsync(
            (inputs, over) => EchoSockets.RealtimeAsync(inputs, time, over), explain: _ => null, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return null;
    }

    async Task<RunnerOutcome> ObeyAsync(RunnerCall call, CancellationToken cancellationToken)
    {
        if (Read(call.Input, out var request) is { Count: > 0 } errors)
        {
            return new RunnerOutcome.Answered(422, WireErrors.Validation(errors), Free);
        }

        for (var line = 1; line <= request.Logs; line++)
        {
            call.Log(new(time.GetUtcNow(), "INFO", string.Create(CultureInfo.InvariantCulture, $"log {line}")));
        }

        if (request.DelayMs > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(request.DelayMs), time, cancellationToken);
        }

        if (request.Crash || request.Hang)
        {
            return new RunnerOutcome.Answered(422, Unsupported(request.Crash ? "crash" : "hang"), Free);
        }

        if (request.Fail is { } fail && call.Attempt <= (fail.Times ?? int.MaxValue))
        {
            return new RunnerOutcome.Answered(fail.Status, ErrorBody(fail), NoHeaders);
        }

        if (request.File is { } wanted && !MediaTypeHeaderValue.TryParse(wanted.ContentType, out _))
        {
            return new RunnerOutcome.Answered(422, NotMediaType(wanted.ContentType), Free);
        }

        var file = request.File is null ? null : await SaveAsync(call, request.File, cancellationToken);
        return new RunnerOutcome.Answered(200, Body(call, request, file), NoHeaders);
    }

    static IReadOnlyList<ValidationDetail> Read(ReadOnlyMemory<byte> input, out EchoRequest request)
    {
        request = new();
        var errors = Validator.Validate(input);
        if (errors.Count == 0)
        {
            using var parsed = JsonDocument.Parse(input);
            errors = Validator.Coerce(parsed.RootElement, out var coerced);
            request = JsonSerializer.Deserialize(coerced.Span, EchoJson.Default.EchoRequest)!;
        }

        return errors;
    }

    // As an app in a process of its own is told by its file store.
    static byte[] NotMediaType(string contentType) => WireErrors.Detail($"\"{contentType}\" is not a media type.");

    static byte[] Unsupported(string field) => WireErrors.Validation(
    [
        new(WireErrors.Loc(field), "Only atelier/echo-process has a process of its own", "feature_not_supported"),
    ]);

    async Task<SavedFile> SaveAsync(RunnerCall call, EchoFile file, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(file.Text));
        return await saveFile(call.Rights, content, file.ContentType, "echo.txt", cancellationToken);
    }

    static byte[] Splice(RunnerCall call)
    {
        Span<byte> attempt = stackalloc byte[11];
        call.Attempt.TryFormat(attempt, out var digits, provider: CultureInfo.InvariantCulture);
        var head = "{\"echo\":"u8;
        var id = ",\"request_id\":\""u8;
        var tail = "\",\"attempt\":"u8;

        // The server made the request id: it holds nothing that JSON would escape.
        var body = new byte[
            head.Length + call.Input.Length + id.Length + call.RequestId.Length + tail.Length + digits + 1];
        var at = body.AsSpan();
        Put(ref at, head);
        Put(ref at, call.Input.Span);
        Put(ref at, id);
        Encoding.ASCII.GetBytes(call.RequestId, at);
        at = at[call.RequestId.Length..];
        Put(ref at, tail);
        Put(ref at, attempt[..digits]);
        at[0] = (byte)'}';
        return body;
    }

    static void Put(ref Span<byte> at, scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(at);
        at = at[bytes.Length..];
    }

    static byte[] Body(RunnerCall call, EchoRequest request, SavedFile? file)
    {
        var buffer = new ArrayBufferWriter<byte>(call.Input.Length + request.SizeBytes + 512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WritePropertyName("echo"u8);
            json.WriteRawValue(call.Input.Span, skipInputValidation: true);
            json.WriteString("request_id"u8, call.RequestId);
            json.WriteNumber("attempt"u8, call.Attempt);
            if (request.SizeBytes > 0)
            {
                json.WritePropertyName("padding"u8);
                json.WriteRawValue(Padding(request.SizeBytes), skipInputValidation: true);
            }

            if (file is not null)
            {
                json.WriteStartObject("file"u8);
                json.WriteString("url"u8, file.Url);
                json.WriteString("content_type"u8, file.ContentType);
                json.WriteString("file_name"u8, file.FileName);
                json.WriteNumber("file_size"u8, file.FileSize);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    static byte[] Padding(int length)
    {
        var quoted = new byte[length + 2];
        quoted.AsSpan().Fill((byte)'x');
        quoted[0] = quoted[^1] = (byte)'"';
        return quoted;
    }

    static byte[] ErrorBody(EchoFailure fail)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WritePropertyName("detail"u8);
            if (fail.Detail is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } detail)
            {
                detail.WriteTo(json);
            }
            else
            {
                json.WriteStringValue("asked to fail"u8);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

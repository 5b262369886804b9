using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Atelier.Protocol;
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

    public Task<RunnerOutcome> RunAsync(RunnerCall call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return EchoRequest.AsksAnything(call.Input.Span)
            ? ObeyAsync(call, cancellationToken)
            : Task.FromResult<RunnerOutcome>(new RunnerOutcome.Answered(200, Splice(call), NoHeaders));
    }

    async Task<RunnerOutcome> ObeyAsync(RunnerCall call, CancellationToken cancellationToken)
    {
        using var input = JsonDocument.Parse(call.Input);
        var request = EchoRequest.Read(input.RootElement);
        if (request.Unsupported is { } field)
        {
            var detail = new ValidationDetail(
                WireErrors.Loc(field), "Only atelier/echo-process has a process of its own", "feature_not_supported");
            return new RunnerOutcome.Answered(422, WireErrors.Validation([detail]), Free);
        }

        await WaitAndLogAsync(call, request, cancellationToken);
        if (request.Fail is { } fail && call.Attempt <= (fail.Times ?? int.MaxValue))
        {
            return new RunnerOutcome.Answered(fail.Status, ErrorBody(fail), NoHeaders);
        }

        var file = request.File is null ? null : await SaveAsync(call, request.File, cancellationToken);
        return new RunnerOutcome.Answered(200, Body(call, request, file), NoHeaders);
    }

    async Task WaitAndLogAsync(RunnerCall call, EchoRequest request, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var line = 1; line <= request.Logs; line++)
        {
            await WaitUntilAsync(start, request.Delay * (line - 1) / request.Logs, cancellationToken);
            call.Log(new(time.GetUtcNow(), "INFO", string.Create(CultureInfo.InvariantCulture, $"log {line}")));
        }

        await WaitUntilAsync(start, request.Delay, cancellationToken);
    }

    async Task WaitUntilAsync(long start, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        // Whole milliseconds, upwards: timers drop the fraction, and a thousand dropped fractions are a missing delay.
        var wait = Math.Ceiling((elapsed - time.GetElapsedTime(start)).TotalMilliseconds);
        if (wait > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(wait), time, cancellationToken);
        }
    }

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
        var body = new byte[head.Length + call.Input.Length + id.Length + call.RequestId.Length + tail.Length + digits + 1];
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
            if (fail.Detail is { } detail)
            {
                detail.WriteTo(json);
            }
            else
            {
                json.WriteStringValue("Failed as asked"u8);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

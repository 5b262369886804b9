using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using Atelier.Protocol;
using Atelier.Server.Calls;

namespace Atelier.Server.Runners;

/// <summary>Reads an app's answer: body, the headers that concern others, and what it says of the runner.</summary>
static class RunnerAnswer
{
    const string HealthCheck = "x-fal-runner-health-check";
    const int PartBytes = 16 * 1024;

    // x-fal-stop-runner and x-fal-runner-health-check are not among them: they end here.
    static readonly string[] Forwarded =
    [
        FalHeaders.BillableUnits, FalHeaders.NeedsRetry, FalHeaders.Retryable, FalHeaders.RunnerHints, FalHeaders.Model,
        "location",
    ];

    /// <exception cref="IOException">The body broke off, or is over the limit.</exception>
    public static async Task<RunnerReply> ReadAsync(
        HttpResponseMessage response, long maxBytes, CancellationToken cancellationToken)
    {
        var body = IsEvents(response)
            ? await ReadLastEventAsync(response.Content, maxBytes, cancellationToken)
            : await ReadBodyAsync(response.Content, maxBytes, cancellationToken);
        var status = (int)response.StatusCode;
        return new(new RunnerOutcome.Answered(status, body, Headers(response)), Judge(response, status));
    }

    /// <summary>Whether the answer is to be handed on as it comes: a 200 that is not JSON.</summary>
    public static bool IsStream(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.OK && response.Content.Headers.ContentType is { MediaType: { } type }
        && type is not "application/json" && !type.EndsWith("+json", StringComparison.Ordinal);

    /// <summary>Hands an answer on as it comes.</summary>
    /// <exception cref="IOException">It broke off.</exception>
    public static async Task<RunnerReply> StreamAsync(
        HttpResponseMessage response, IAnswerStream stream, CancellationToken cancellationToken)
    {
        var headers = Headers(response);
        await stream.BeginAsync(response.Content.Headers.ContentType!.ToString(), headers);
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[PartBytes];
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            await stream.WriteAsync(buffer.AsMemory(0, count));
        }

        return new(new RunnerOutcome.Answered(200, default, headers), Judge(response, 200));
    }

    static bool IsEvents(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is "text/event-stream";

    // A stop header beats the status; a 503 says that the runner itself cannot go on.
    static RunnerVerdict Judge(HttpResponseMessage response, int status) => Flag(response, FalHeaders.StopRunner) switch
    {
        true => RunnerVerdict.Drain,
        false => RunnerVerdict.Keep,
        null when status == 503 => RunnerVerdict.Drain,
        null when status is 500 or 502 or 504 || Flag(response, HealthCheck) == true => RunnerVerdict.CheckHealth,
        null => RunnerVerdict.Keep,
    };

    static bool? Flag(HttpResponseMessage response, string name) =>
        Find(response, name)?.ToLowerInvariant() switch
        {
            "1" or "true" or "yes" => true,
            "0" or "false" or "no" => false,
            _ => null,
        };

    static string? Find(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    static IReadOnlyDictionary<string, string> Headers(HttpResponseMessage response)
    {
        Dictionary<string, string>? found = null;
        foreach (var name in Forwarded)
        {
            if (Find(response, name) is { } value)
            {
                (found ??= new(StringComparer.Ordinal))[name] = value;
            }
        }

        return found ?? (IReadOnlyDictionary<string, string>)FrozenDictionary<string, string>.Empty;
    }

    // Nobody reads along: what counts is the result, which a stream ends with.
    static async Task<ReadOnlyMemory<byte>> ReadLastEventAsync(
        HttpContent content, long maxBytes, CancellationToken cancellationToken)
    {
        var events = new EventSplitter((int)Math.Min(maxBytes, Array.MaxLength));
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[PartBytes];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            _ = events.Take(buffer.AsSpan(0, count));
        }

        return events.LastJson;
    }

    static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(
        HttpContent content, long maxBytes, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > maxBytes)
        {
            throw new RunnerAnswerTooLongException(maxBytes);
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var body = new ArrayBufferWriter<byte>((int)(content.Headers.ContentLength ?? 0) + 1);
        while (await stream.ReadAsync(body.GetMemory(), cancellationToken) is > 0 and var count)
        {
            body.Advance(count);
            if (body.WrittenCount > maxBytes)
            {
                throw new RunnerAnswerTooLongException(maxBytes);
            }
        }

        return body.WrittenMemory;
    }
}

/// <summary>The answer is longer than the server takes.</summary>
sealed class RunnerAnswerTooLongException(long maxBytes)
    : IOException($"The app's answer is longer than {maxBytes} bytes.");

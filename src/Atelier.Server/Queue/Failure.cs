using System.Text.Json;
using Atelier.Queue;
using Microsoft.AspNetCore.WebUtilities;

namespace Atelier.Server.Queue;

/// <summary>Why a request completed badly, for its status: nobody has to fetch the result to learn it.</summary>
/// <param name="Text">One sentence.</param>
/// <param name="Type">For programs: the platform's error type, else the first one in the app's own answer.</param>
readonly record struct Failure(string Text, string Type)
{
    /// <summary>The failure of a request, or null when it is not completed or completed well.</summary>
    public static async ValueTask<Failure?> OfAsync(IQueueStore store, Job job, CancellationToken cancellationToken)
    {
        if (job is not { State: JobState.Completed, ResultStatus: >= 400 and var status })
        {
            return null;
        }

        var answer = await store.AnswerAsync(job.Id, job.AccountId, cancellationToken);
        var failure = Of(status, answer?.Body ?? default);
        return job.ErrorType is { } type ? failure with { Type = type } : failure;
    }

    /// <summary>Reads <c>detail</c>: a text as it is, of a list the first entry with its field; else the status's name.</summary>
    public static Failure Of(int status, ReadOnlyMemory<byte> body)
    {
        var fallback = new Failure(
            ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } reason ? reason : $"HTTP {status}",
            status switch { 499 => "client_cancelled", >= 500 => "runner_server_error", _ => "bad_request" });
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind is not JsonValueKind.Object ||
                !document.RootElement.TryGetProperty("detail"u8, out var detail))
            {
                return fallback;
            }

            return detail.ValueKind switch
            {
                JsonValueKind.String => fallback with { Text = detail.GetString()! },
                JsonValueKind.Array when detail.GetArrayLength() > 0 => Entry(detail[0], fallback),
                _ => fallback,
            };
        }
        catch (JsonException)
        {
            // An app may answer an error with anything.
            return fallback;
        }
    }

    static Failure Entry(JsonElement entry, Failure fallback)
    {
        if (entry.ValueKind is not JsonValueKind.Object || String(entry, "msg"u8) is not { } message)
        {
            return fallback;
        }

        // ["body", "images", 0] reads images.0
        var field = entry.TryGetProperty("loc"u8, out var loc) && loc.ValueKind is JsonValueKind.Array
            ? string.Join('.', loc.EnumerateArray().Skip(1).Select(part => part.ToString()))
            : "";
        return new(field is "" ? message : $"{field}: {message}", String(entry, "type"u8) ?? fallback.Type);
    }

    static string? String(JsonElement entry, ReadOnlySpan<byte> name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}

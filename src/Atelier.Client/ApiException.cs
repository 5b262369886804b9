using System.Text.Json;
using Atelier.Protocol;

namespace Atelier.Client;

/// <summary>The API refused a call or the request failed. The message is what the server said.</summary>
public class ApiException : Exception
{
    internal ApiException(string message, int status, string body, string? errorType, string? requestId, bool user)
        : base(message) =>
        (Status, Body, ErrorType, RequestId, IsUserTimeout) = (status, body, errorType, requestId, user);

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The answer's body as text, at most 1 MiB of it.</summary>
    public string Body { get; }

    /// <summary>fal's type of a platform error: <c>request_timeout</c>.</summary>
    public string? ErrorType { get; }

    /// <summary>The request's id, when the answer carried one.</summary>
    public string? RequestId { get; }

    /// <summary>The caller's own start deadline passed.</summary>
    public bool IsUserTimeout { get; }

    /// <summary>The <c>status</c> word of a queue control answer: <c>NOT_FOUND</c>, <c>ALREADY_COMPLETED</c>.</summary>
    public string? ControlStatus { get; private set; }

    /// <summary>Reads any of the error shapes that fal's hosts send.</summary>
    internal static ApiException From(int status, string body, HttpResponseMessage answer)
    {
        var requestId = Header(answer, FalHeaders.RequestId);
        var user = Header(answer, FalHeaders.RequestTimeoutType) is "user";
        var type = Header(answer, FalHeaders.ErrorType);
        var reason = answer.ReasonPhrase is { Length: > 0 } phrase ? $"{status} {phrase}" : $"{status}";
        if (Parse(body) is not { ValueKind: JsonValueKind.Object } json)
        {
            var text = body.Length is > 0 and < 500 && answer.Content.Headers.ContentType?.MediaType is not "text/html"
                ? $"{reason}: {body.Trim()}"
                : reason;
            return new(text, status, body, type, requestId, user);
        }

        type ??= Text(json, "error_type");
        if (json.TryGetProperty("detail", out var detail) && detail.ValueKind is JsonValueKind.Array)
        {
            return new ValidationException(FieldError.ReadAll(detail), status, body, type, requestId, user);
        }

        var control = Text(json, "status");
        var message = Text(json, "detail") ?? Text(json, "message") ?? ErrorMessage(json) ?? control ?? reason;
        return new(message, status, body, type, requestId, user) { ControlStatus = control };
    }

    static string? ErrorMessage(JsonElement json) =>
        !json.TryGetProperty("error", out var error) ? null
        : error.ValueKind is JsonValueKind.String ? error.GetString()
        : error.ValueKind is JsonValueKind.Object ? Text(error, "message")
        : null;

    static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    static JsonElement? Parse(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

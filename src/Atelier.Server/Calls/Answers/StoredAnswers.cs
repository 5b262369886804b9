using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Atelier.Protocol;
using Atelier.Queue;

namespace Atelier.Server.Calls;

/// <summary>Answers that an app or the platform gave, as they are kept and as they are sent.</summary>
static class StoredAnswers
{
    /// <summary>What nearly every good answer has; kept as a constant, so that it costs no JSON.</summary>
    public const string OneUnit = """{"x-fal-billable-units":"1"}""";

    const string NoHeaders = "{}";

    // More than anyone meters; sums of these stay exact enough, and infinity is no number in JSON.
    const double UnitsMax = 1e12;

    /// <summary>No runner was free, or none was up, before the caller's patience ended.</summary>
    public static readonly StoredAnswer TimedOut = Platform(504, "Request timed out", "request_timeout");

    /// <summary>The call came to a server that was told to stop, or outlasted its grace.</summary>
    public static readonly StoredAnswer Stopping = Platform(503, "The server is stopping", "runner_scheduling_failure");

    /// <summary>An answer of the platform instead of the app: <c>{"detail", "error_type"}</c>.</summary>
    public static StoredAnswer Platform(int status, string detail, string errorType) =>
        new(status, WireErrors.Detail(detail, errorType), NoHeaders, errorType);

    /// <summary>422 with the fields that are wrong; it costs nothing.</summary>
    public static StoredAnswer Invalid(IReadOnlyList<ValidationDetail> details) => new(
        422, WireErrors.Validation(details), Headers(new Dictionary<string, string> { [FalHeaders.BillableUnits] = "0" }))
    {
        BillableUnits = 0,
    };

    /// <summary>What <c>x-fal-billable-units</c> says, or null when it is absent or no quantity.</summary>
    public static double? Units(string? header) =>
        double.TryParse(header, NumberStyles.Float, CultureInfo.InvariantCulture, out var units) && units is >= 0 and <= UnitsMax
            ? units
            : null;

    /// <summary>Headers as an answer keeps them.</summary>
    public static string Headers(Dictionary<string, string> headers) =>
        headers.Count == 0 ? NoHeaders : JsonSerializer.Serialize(headers, AnswerJson.Default.DictionaryStringString);

    /// <summary>Sends an answer unchanged.</summary>
    public static Task SendAsync(HttpContext context, StoredAnswer answer)
    {
        AddHeaders(context.Response, answer);
        return JsonAnswer.SendAsync(context, answer.Status, answer.Body);
    }

    /// <summary>The headers that go with an answer.</summary>
    public static void AddHeaders(HttpResponse response, StoredAnswer answer)
    {
        var headers = response.Headers;
        if (answer.Headers is OneUnit)
        {
            headers[FalHeaders.BillableUnits] = "1";
        }
        else if (answer.Headers is not NoHeaders)
        {
            var kept = JsonSerializer.Deserialize(answer.Headers, AnswerJson.Default.DictionaryStringString)!;
            foreach (var (name, value) in kept)
            {
                headers[name] = value;
            }
        }

        if (answer.ErrorType is { } type)
        {
            headers[FalHeaders.ErrorType] = type;
        }

        if (answer.Status >= 400 && !headers.ContainsKey(FalHeaders.Retryable))
        {
            var isUsers = headers.ContainsKey(FalHeaders.RequestTimeoutType);
            headers[FalHeaders.Retryable] = answer.Status is 429 or 502 or 503 or 504 && !isUsers ? "true" : "false";
        }
    }
}

[JsonSerializable(typeof(Dictionary<string, string>))]
sealed partial class AnswerJson : JsonSerializerContext;

using Atelier.Protocol;

namespace Atelier.Server.Wire;

/// <summary>
/// An error answer in fal's shape. The only writer of errors in the server; ProblemDetails is never sent, because
/// fal's clients read <c>detail</c>.
/// </summary>
/// <param name="status">HTTP status.</param>
/// <param name="body">JSON bytes.</param>
/// <param name="errorType">Also sent as <c>X-Fal-Error-Type</c>; null for errors of the app.</param>
public sealed class WireError(int status, byte[] body, string? errorType = null) : IResult
{
    /// <summary><c>{"detail": text}</c>, with <c>error_type</c> when given.</summary>
    public static WireError Detail(int status, string text, string? errorType = null) =>
        new(status, WireErrors.Detail(text, errorType), errorType);

    /// <summary>422 with a list of details; costs nothing, and says so.</summary>
    public static WireError Validation(IReadOnlyList<ValidationDetail> details) => new(422, WireErrors.Validation(details));

    /// <summary>404 <c>Application "x" not found</c>, the text that clients match.</summary>
    public static WireError UnknownApplication(string id) => Detail(404, $"Application \"{id}\" not found");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;

        Identify(response);
        if (errorType is not null)
        {
            response.Headers[FalHeaders.ErrorType] = errorType;
            response.Headers[FalHeaders.Retryable] = status is 429 or 502 or 503 or 504 ? "true" : "false";
        }

        if (status is 422 or 404)
        {
            response.Headers[FalHeaders.BillableUnits] = "0";
        }

        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            await response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
    }

    /// <summary>
    /// Gives a refusal a request id when it has none yet: Python clients take an answer without one for an ingress's.
    /// </summary>
    public static void Identify(HttpResponse response)
    {
        if (!response.Headers.ContainsKey(FalHeaders.RequestId))
        {
            response.Headers[FalHeaders.RequestId] = Guid.CreateVersion7().ToString();
        }
    }
}

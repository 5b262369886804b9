using System.Net;

namespace Atelier.Client;

/// <summary>When a failed call is sent again, and after which wait: a pure predicate and a pure backoff.</summary>
/// <remarks>A cancellation by the caller is never repeated: it is a wish, not a fault.</remarks>
public sealed record RetryPolicy
{
    /// <summary>Repeats after the first try; default 3.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>The wait before the first repeat; doubles with each. Default 250 ms.</summary>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait; default 30 s.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether an answer with this status is worth a repeat.</summary>
    /// <param name="status">The answer's status.</param>
    /// <param name="safe">The call may run twice. A submit may not: a repeat could be billed twice.</param>
    /// <param name="userTimeout">The caller's own deadline passed (<c>X-Fal-Request-Timeout-Type: user</c>).</param>
    /// <param name="retries">Repeats so far.</param>
    public bool ShouldRetry(HttpStatusCode status, bool safe, bool userTimeout, int retries) =>
        retries < MaxRetries && !userTimeout && status switch
        {
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => true,
            HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => safe,
            _ => false,
        };

    /// <summary>Whether a transport fault is worth a repeat: an unsafe call only when it never left.</summary>
    public bool ShouldRetry(HttpRequestError error, bool safe, int retries) =>
        retries < MaxRetries && error switch
        {
            HttpRequestError.ConnectionError => true,
            HttpRequestError.ResponseEnded or HttpRequestError.Unknown or HttpRequestError.HttpProtocolError => safe,
            // A wrong name or certificate stays wrong.
            _ => false,
        };

    /// <summary>The wait before the next repeat: the server's own word if it gave one, else exponential.</summary>
    /// <param name="retries">Repeats so far.</param>
    /// <param name="retryAfter">The answer's <c>Retry-After</c>.</param>
    /// <param name="chance">0 to 1: spreads clients over ±25 %.</param>
    public TimeSpan Delay(int retries, TimeSpan? retryAfter, double chance)
    {
        if (retryAfter is { } asked && asked > TimeSpan.Zero)
        {
            return asked < MaxDelay ? asked : MaxDelay;
        }

        var delay = BaseDelay * Math.Pow(2, Math.Min(retries, 16)) * (0.75 + chance / 2);
        return delay < MaxDelay ? delay : MaxDelay;
    }
}

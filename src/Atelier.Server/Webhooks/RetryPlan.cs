using Atelier.Queue.Webhooks;

namespace Atelier.Server.Webhooks;

/// <summary>What an attempt's end means: delivered, given up, or when the next attempt is.</summary>
/// <remarks>
/// One rule: a delay that doubles. With the defaults it makes ten attempts in the first two hours and 31 before the result
/// expires, as fal does.
/// </remarks>
sealed class RetryPlan(WebhookOptions options, Random random)
{
    /// <summary>How long an attempt may take.</summary>
    public TimeSpan Timeout(WebhookLease lease) => lease.Failures == 0 ? options.FirstTimeout : options.Timeout;

    public WebhookEnd Decide(WebhookLease lease, WebhookAnswer answer, DateTimeOffset now)
    {
        if (answer.IsDelivered)
        {
            return new WebhookEnd.Delivered();
        }

        var next = now + Delay(lease.Failures, answer.RetryAfter);
        return answer.IsFinal || lease.Failures + 1 >= options.AttemptsMax || next >= lease.ExpiresAt
            ? new WebhookEnd.Failed()
            : new WebhookEnd.Retry(next);
    }

    /// <param name="failures">Before the one that is waited for now.</param>
    TimeSpan Delay(int failures, TimeSpan? retryAfter)
    {
        // 2^40 of the shortest delay passes every cap: larger exponents would only overflow.
        var full = options.RetryDelay.TotalSeconds * Math.Pow(2, Math.Min(failures, 40));
        var capped = Math.Min(full, options.RetryDelayMax.TotalSeconds);

        // Up to a tenth sooner, so that what failed together does not come back together.
        double share;
        lock (random)
        {
            share = random.NextDouble();
        }

        var planned = TimeSpan.FromSeconds(capped * (1 - (0.1 * share)));
        var asked = retryAfter is { } wish && wish < options.RetryAfterMax ? wish : options.RetryAfterMax;
        return retryAfter is not null && asked > planned ? asked : planned;
    }
}

using Atelier.Queue.Webhooks;

namespace Atelier.Queue;

/// <summary>A request as it is accepted. Payloads are opaque bytes; the queue never reads them.</summary>
public sealed record NewJob
{
    /// <summary>UUIDv7, so that ids sort by arrival.</summary>
    public required string Id { get; init; }

    /// <summary>Who owns the request; another account's request does not exist for a caller.</summary>
    public required string AccountId { get; init; }

    /// <summary>The key that submitted it.</summary>
    public required string KeyId { get; init; }

    /// <summary>
    /// The app that serves it, <c>owner/alias</c>: what <see cref="IQueueStore.ClaimAsync"/> claims by.
    /// </summary>
    public required string App { get; init; }

    /// <summary>The whole endpoint id.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The body as it came. Over 64 KiB it goes to a synced blob file before the row is written.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>
    /// What the gateway wants back when the job is claimed (lifecycle, base URL, headers), as JSON; opaque here.
    /// </summary>
    public string Context { get; init; } = "{}";

    public JobPriority Priority { get; init; } = JobPriority.Normal;

    /// <summary>Not claimed before this moment.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>
    /// Processing must start before this moment, failed attempts included; else the job completes with 504
    /// <c>request_timeout</c> and timeout type <c>user</c>.
    /// </summary>
    public DateTimeOffset? StartBefore { get; init; }

    /// <summary>Attempts at most, 1 to 10. 1 when the caller switched retries off.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>
    /// Scope: key and endpoint. A repeat with the same body answers the first job, with another body it conflicts.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// How long input and output are kept after completion: 30 days, or an hour with <c>X-Fal-Store-IO: 0</c>.
    /// </summary>
    public TimeSpan PayloadRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Where the result is to be sent, however the job ends.</summary>
    public NewWebhook? Webhook { get; init; }
}

namespace Atelier.Queue.Webhooks;

/// <summary>A webhook with its delivery log.</summary>
public sealed record Webhook
{
    public required string JobId { get; init; }
    public required string Endpoint { get; init; }
    public required string Url { get; init; }
    public required WebhookState State { get; init; }

    /// <summary>When its job was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the next attempt may begin; set while it waits for one.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The last attempts, oldest first; at most <see cref="AttemptsMax"/>.</summary>
    public required IReadOnlyList<WebhookAttempt> Attempts { get; init; }

    /// <summary>Its place in the order of acceptance.</summary>
    public required long Place { get; init; }

    /// <summary>Lines of a log that are kept.</summary>
    public const int AttemptsMax = 100;
}

namespace Atelier.Queue.Webhooks;

/// <summary>The right to make one attempt. <see cref="Attempt"/> is the fence: only its holder may end it.</summary>
public sealed record WebhookLease
{
    public required string JobId { get; init; }
    public required string AccountId { get; init; }
    public required string Url { get; init; }

    /// <summary>As in <see cref="NewWebhook.Host"/>.</summary>
    public required string Host { get; init; }

    /// <summary>From 1, counting every attempt ever begun.</summary>
    public required int Attempt { get; init; }

    /// <summary>Failed attempts so far; those that a stopping server gave up do not count.</summary>
    public required int Failures { get; init; }

    /// <summary>The status of the job's stored answer.</summary>
    public required int ResultStatus { get; init; }

    /// <summary>When the job's payloads go: no retry is planned for later.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

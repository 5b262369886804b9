namespace Atelier.Queue;

/// <summary>What the queue knows of a request, without its payloads.</summary>
public sealed record Job
{
    public required string Id { get; init; }
    public required string AccountId { get; init; }
    public required string KeyId { get; init; }
    public required string App { get; init; }
    public required string Endpoint { get; init; }
    public required JobState State { get; init; }
    public required string Context { get; init; }

    /// <summary>Attempts begun so far, the running one included.</summary>
    public required int Attempt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the latest attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The stored answer's HTTP status; set once the job is completed.</summary>
    public int? ResultStatus { get; init; }

    /// <summary>The platform's error type when the job failed outside the app: <c>request_timeout</c>.</summary>
    public string? ErrorType { get; init; }

    /// <summary>A caller asked for cancellation while an attempt was running.</summary>
    public bool CancelRequested { get; init; }
}

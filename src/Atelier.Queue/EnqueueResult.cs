namespace Atelier.Queue;

/// <summary>What became of one submitted job.</summary>
public abstract record EnqueueResult
{
    EnqueueResult()
    {
    }

    /// <param name="Position">Jobs ahead of it at that moment.</param>
    public sealed record Accepted(int Position) : EnqueueResult;

    /// <summary>The idempotency key was used before with the same body: this is the first job.</summary>
    public sealed record Repeated(string JobId) : EnqueueResult;

    /// <summary>The idempotency key was used before with another body.</summary>
    public sealed record Conflict : EnqueueResult;
}

namespace Atelier.Queue;

/// <summary>Answer to a cancellation.</summary>
public enum CancelResult
{
    NotFound,

    /// <summary>It was waiting and is now completed as cancelled.</summary>
    Removed,

    /// <summary>It runs; its runner is told.</summary>
    Requested,

    AlreadyCompleted,
}

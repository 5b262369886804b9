namespace Atelier.Queue.Webhooks;

/// <summary>Where a webhook stands. Values are on disk: append only.</summary>
public enum WebhookState
{
    /// <summary>Its job has no result yet.</summary>
    AwaitingResult = 0,

    /// <summary>It waits for its next attempt.</summary>
    Pending = 1,

    /// <summary>An attempt is under way.</summary>
    Sending = 2,

    Delivered = 3,

    /// <summary>No further attempt is made, unless someone asks for one.</summary>
    Failed = 4,
}

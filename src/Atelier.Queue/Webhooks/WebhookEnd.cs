namespace Atelier.Queue.Webhooks;

/// <summary>What an attempt's end means for its webhook. A closed set.</summary>
public abstract record WebhookEnd
{
    WebhookEnd()
    {
    }

    public sealed record Delivered : WebhookEnd;

    /// <summary>The attempt failed; the next may begin at this moment.</summary>
    public sealed record Retry(DateTimeOffset At) : WebhookEnd;

    /// <summary>The attempt failed and was the last.</summary>
    public sealed record Failed : WebhookEnd;

    /// <summary>The server stops: due at once, neither counted nor logged.</summary>
    public sealed record Interrupted : WebhookEnd;
}

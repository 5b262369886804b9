namespace Atelier.Queue.Webhooks;

/// <summary>Answer to a request for another delivery.</summary>
public enum RedeliverResult
{
    /// <summary>No such job, another's, or one without a webhook.</summary>
    NotFound,

    /// <summary>It is due now, with all its attempts before it.</summary>
    Due,

    /// <summary>There is no result to send yet.</summary>
    AwaitingResult,

    /// <summary>An attempt is under way.</summary>
    Sending,
}

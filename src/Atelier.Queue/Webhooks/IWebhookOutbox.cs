namespace Atelier.Queue.Webhooks;

/// <summary>
/// The results that wait to be sent. A row becomes due in the very transaction that stores its job's result, however
/// that job ended, and leaves only by an attempt's end: a webhook is delivered at least once.
/// </summary>
/// <remarks>A part of the store, and of its conformance suite. It sends nothing itself.</remarks>
public interface IWebhookOutbox
{
    /// <summary>Webhooks that are due, wait for a retry or are being sent.</summary>
    int Pending { get; }

    /// <summary>Raised when a webhook may have become due now. A hint: the table is the truth.</summary>
    event Action? BecameDue;

    /// <summary>Leases webhooks that are due, longest due first.</summary>
    /// <param name="max">At most so many.</param>
    /// <param name="room">How many more attempts a host may be sent now; 0 passes it over.</param>
    Task<IReadOnlyList<WebhookLease>> ClaimAsync(int max, Func<string, int> room, CancellationToken cancellationToken);

    /// <summary>The earliest moment after now at which a webhook becomes due, or null.</summary>
    ValueTask<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken);

    /// <summary>Ends an attempt and logs it. False when the fence refused.</summary>
    /// <param name="attempt">What to log; its number is the lease's.</param>
    Task<bool> FinishAsync(
        string jobId, WebhookAttempt attempt, WebhookEnd end, CancellationToken cancellationToken);

    /// <summary>A page of webhooks, newest first.</summary>
    Task<IReadOnlyList<Webhook>> ListAsync(WebhookQuery query, CancellationToken cancellationToken);

    /// <summary>Makes a webhook due now, whatever became of it, with all its attempts before it.</summary>
    /// <param name="keyId">Only when this key submitted the job; null for any of the account.</param>
    Task<RedeliverResult> RedeliverAsync(
        string jobId, string accountId, string? keyId, CancellationToken cancellationToken);
}

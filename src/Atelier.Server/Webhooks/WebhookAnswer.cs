namespace Atelier.Server.Webhooks;

/// <summary>What a receiver did with one attempt.</summary>
/// <param name="Status">Its HTTP status, when it answered.</param>
/// <param name="Error">
/// Null when it took the delivery; else <c>status redirect timeout unreachable unknown_host tls connection_lost
/// invalid_response refused_address</c>.
/// </param>
/// <param name="RetryAfter">What it asked for, unbounded.</param>
sealed record WebhookAnswer(int? Status, string? Error, TimeSpan? RetryAfter)
{
    /// <summary>The host leads to a private place that the operator does not allow.</summary>
    public const string RefusedAddress = "refused_address";

    public bool IsDelivered => Error is null;

    /// <summary>Another attempt would end the same way: fal takes a redirect for a mistake in the address.</summary>
    public bool IsFinal => Error is "redirect" or RefusedAddress;
}

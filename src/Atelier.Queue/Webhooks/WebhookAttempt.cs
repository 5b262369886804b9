namespace Atelier.Queue.Webhooks;

/// <summary>One line of the delivery log. It holds nothing of what was sent or answered.</summary>
/// <param name="Number">From 1: the lease's attempt.</param>
/// <param name="At">When it began.</param>
/// <param name="HttpStatus">What the receiver answered, when it did.</param>
/// <param name="Error">The kind of failure (<c>timeout</c>, <c>unreachable</c>…), or null.</param>
public sealed record WebhookAttempt(int Number, DateTimeOffset At, TimeSpan Duration, int? HttpStatus, string? Error);

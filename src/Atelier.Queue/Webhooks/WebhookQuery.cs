namespace Atelier.Queue.Webhooks;

/// <summary>Which webhooks to list, newest first.</summary>
/// <param name="KeyId">Only those of jobs that this key submitted, or all of the account.</param>
/// <param name="JobId">Only this job's, or all.</param>
/// <param name="Before">Only those with a smaller <see cref="Webhook.Place"/>: the paging cursor.</param>
public sealed record WebhookQuery(
    string AccountId, string? KeyId, string? JobId, WebhookState? State, long? Before, int Limit);

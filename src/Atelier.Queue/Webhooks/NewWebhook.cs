namespace Atelier.Queue.Webhooks;

/// <summary>Where the result of a job is to be sent. Checked by whoever accepts it; the queue never reads it.</summary>
/// <param name="Url">The whole address.</param>
/// <param name="Host">What deliveries at once are counted by: host and port.</param>
public sealed record NewWebhook(string Url, string Host);

using System.Text.Json.Serialization;
using Atelier.Protocol;
using Atelier.Queue.Webhooks;
using Atelier.Server.Wire;

namespace Atelier.Server.Webhooks;

/// <summary>The delivery log: what was tried, and another try. An addition to fal's Platform API, in its shapes.</summary>
sealed class DeliveryEndpoints(IWebhookOutbox outbox)
{
    const string Prefix = $"/{FalHostNames.Api}/v1/webhooks/deliveries";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Prefix, ListAsync);
        routes.MapPost(Prefix + "/{requestId}/redeliver", RedeliverAsync);
    }

    async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var asked = new PlatformQuery(context.Request.Query);
        var query = DeliveryQuery.Read(asked, Caller.Of(context));
        if (asked.Refused is not null)
        {
            return asked.Refusal;
        }

        // One more than asked for tells whether there is another page.
        var found = await outbox.ListAsync(query with { Limit = query.Limit + 1 }, cancellationToken);
        var more = found.Count > query.Limit;
        var page = more ? found.Take(query.Limit).ToList() : found;
        return WireJson.Ok(
            new DeliveryPage([.. page.Select(Card)], more ? PlatformQuery.Cursor(page[^1].Place) : null, more),
            DeliveryJson.Default.DeliveryPage);
    }

    async Task<IResult> RedeliverAsync(string requestId, HttpContext context, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(context);
        return await outbox.RedeliverAsync(requestId, caller.AccountId, DeliveryQuery.KeyOf(caller), cancellationToken) switch
        {
            RedeliverResult.Due => WireJson.Ok(
                new Redelivery(requestId, DeliveryQuery.StateName(WebhookState.Pending)), DeliveryJson.Default.Redelivery, 202),
            RedeliverResult.AwaitingResult => PlatformError.Create(
                409, "validation_error", "The request has no result yet; its webhook is sent when it has."),
            RedeliverResult.Sending => PlatformError.Create(
                409, "validation_error", "The webhook is being sent at this moment."),
            _ => PlatformError.Create(404, "not_found", "There is no request with a webhook of this id."),
        };
    }

    static DeliveryCard Card(Webhook webhook) => new(
        webhook.JobId, webhook.Endpoint, Shown(webhook.Url), DeliveryQuery.StateName(webhook.State),
        webhook.CreatedAt, webhook.DueAt,
        [.. webhook.Attempts.Select(attempt => new AttemptCard(
            attempt.Number, attempt.At, attempt.HttpStatus, attempt.Error, (long)attempt.Duration.TotalMilliseconds))]);

    // Receivers keep secrets in their query; it is sent and never shown.
    static string Shown(string url) => new Uri(url).GetLeftPart(UriPartial.Path);
}

/// <param name="Url">Without its query.</param>
/// <param name="NextAttemptAt">Set while it waits for one.</param>
sealed record DeliveryCard(
    string RequestId, string EndpointId, string Url, string Status, DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt, IReadOnlyList<AttemptCard> Attempts);

sealed record AttemptCard(int Attempt, DateTimeOffset StartedAt, int? StatusCode, string? Error, long DurationMs);

sealed record DeliveryPage(IReadOnlyList<DeliveryCard> Deliveries, string? NextCursor, bool HasMore);

sealed record Redelivery(string RequestId, string Status);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DeliveryPage))]
[JsonSerializable(typeof(Redelivery))]
sealed partial class DeliveryJson : JsonSerializerContext;

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Atelier.Protocol;
using Atelier.Queue;
using Atelier.Queue.Webhooks;
using Atelier.Server.Calls;
using Atelier.Server.Outbound;
using Atelier.Server.Wire;

namespace Atelier.Server.Queue;

/// <summary>Submit: checks id, headers, size and JSON, and answers 200 once the request is on disk.</summary>
/// <remarks>The input is validated when it is claimed; a wrong field is the result's 422, as on fal.</remarks>
sealed partial class SubmitEndpoint(
    CallIntake intake, IQueueStore store, CallbackTargets callbacks, TimeProvider time, ILogger<SubmitEndpoint> logger)
{
    const string WebhookParameter = "fal_webhook";

    readonly ConcurrentDictionary<string, int> _submitting = new(StringComparer.Ordinal);

    static readonly WireError BadQueueLength = WireError.Detail(
        400, "fal_max_queue_length must be a whole number of at least 0", "bad_request");

    static readonly WireError Conflict = WireError.Detail(
        409, "This Idempotency-Key was used before with another request body", "bad_request");

    static readonly WireError Full = WireError.Detail(
        503, "The queue cannot store requests right now; nothing was accepted", "internal_error");

    public async Task HandleAsync(HttpContext context, string path)
    {
        var (call, refused) = await intake.ReadAsync(context, path);
        using var place = new QueuePlace(store, _submitting);
        refused ??= call is null ? null : CheckQuery(context.Request.Query, call.App.Manifest.App, place);
        if (call is null || refused is not null)
        {
            await refused!.ExecuteAsync(context);
            return;
        }

        try
        {
            var results = await store.EnqueueAsync([NewJob(context, call)], context.RequestAborted);
            await AnswerAsync(context, call, results[0]);
        }
        catch (QueueUnavailableException full)
        {
            Log.Refused(logger, full);
            await Full.ExecuteAsync(context);
        }
    }

    async Task AnswerAsync(HttpContext context, IncomingCall call, EnqueueResult result)
    {
        var target = WireTarget.Of(context);
        switch (result)
        {
            case EnqueueResult.Accepted(var position):
                CallMetrics.Submitted(call.Endpoint.Id);
                Log.Queued(logger, call.RequestId, call.Endpoint.Id);
                JsonAnswer.Send(
                    context, 200, new Ticket(target.QueueBaseUrl, call.Endpoint.Id, call.RequestId, position), Ticket.Write);
                break;

            case EnqueueResult.Repeated(var first):
                context.Response.Headers[FalHeaders.RequestId] = first;
                var ahead = Math.Max(0, store.Position(first));
                JsonAnswer.Send(context, 200, new Ticket(target.QueueBaseUrl, call.Endpoint.Id, first, ahead), Ticket.Write);
                break;

            case EnqueueResult.Conflict:
                await Conflict.ExecuteAsync(context);
                break;

            default:
                throw new UnreachableException();
        }
    }

    WireError? CheckQuery(IQueryCollection query, string app, QueuePlace place)
    {
        if (query.Count == 0)
        {
            return null;
        }

        // Refused now rather than at its delivery, when nobody listens any more.
        if (query.ContainsKey(WebhookParameter) && CheckWebhook(query).Refused is { } refused)
        {
            return WireError.Detail(400, refused, "bad_request");
        }

        if (!query.TryGetValue("fal_max_queue_length", out var text))
        {
            return null;
        }

        if (text is not [{ Length: > 0 } digits] || !digits.All(char.IsAsciiDigit))
        {
            return BadQueueLength;
        }

        // More than a queue can hold sets no limit.
        var max = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
        return place.TryTake(app, max, out var waiting)
            ? null
            : WireError.Detail(
                429, $"The queue has {waiting} waiting requests, more than fal_max_queue_length={max}", "concurrent_requests_limit");
    }

    // Twice is none: a caller who names two would wait for one of them.
    (Uri? Target, string? Refused) CheckWebhook(IQueryCollection query) =>
        callbacks.Check(WebhookParameter, query[WebhookParameter] is [{ } once] ? once : null);

    NewJob NewJob(HttpContext context, IncomingCall call)
    {
        var caller = Caller.Of(context);
        var preferences = call.Preferences;
        return new()
        {
            Id = call.RequestId,
            AccountId = caller.AccountId,
            KeyId = caller.KeyId,
            App = call.App.Manifest.App,
            Endpoint = call.Endpoint.Id,
            Input = call.Input,
            Context = call.ToContext(WireTarget.Of(context).FilesBaseUrl).ToJson(),
            Priority = preferences.Priority,
            StartBefore = preferences.StartTimeout is { } timeout ? time.GetUtcNow() + timeout : null,
            MaxAttempts = preferences.NoRetry ? 1 : 10,
            IdempotencyKey = preferences.IdempotencyKey,
            PayloadRetention = call.Retention,
            Webhook = CheckWebhook(context.Request.Query).Target is { } webhook
                ? new NewWebhook(webhook.AbsoluteUri, $"{webhook.IdnHost}:{webhook.Port}")
                : null,
        };
    }

    static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Debug, "Queued {RequestId} for {Endpoint}.")]
        public static partial void Queued(ILogger logger, string requestId, string endpoint);

        [LoggerMessage(1002, LogLevel.Error, "A request was refused: the queue cannot write.")]
        public static partial void Refused(ILogger logger, Exception fault);
    }
}

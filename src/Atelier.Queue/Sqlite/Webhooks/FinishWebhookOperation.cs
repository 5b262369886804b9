using System.Diagnostics;
using Atelier.Queue.Sqlite.Operations;
using Atelier.Queue.Webhooks;

namespace Atelier.Queue.Sqlite.Webhooks;

/// <summary>Ends an attempt; answers whether the fence let it.</summary>
sealed class FinishWebhookOperation(
    SqliteWebhookOutbox outbox, string jobId, WebhookAttempt attempt, WebhookEnd end, Func<DateTimeOffset> clock)
    : WriteOperation<bool>
{
    bool _ended;

    public override void Execute(QueueStatements statements)
    {
        var now = clock();
        var (state, dueAt) = end switch
        {
            WebhookEnd.Delivered => (WebhookState.Delivered, (DateTimeOffset?)null),
            WebhookEnd.Failed => (WebhookState.Failed, null),
            WebhookEnd.Retry retry => (WebhookState.Pending, retry.At),
            WebhookEnd.Interrupted => (WebhookState.Pending, now),
            _ => throw new UnreachableException(),
        };
        var failed = end is WebhookEnd.Failed or WebhookEnd.Retry;
        _ended = statements.Webhooks.Finish(jobId, attempt.Number, state, dueAt, failed, now);
        if (_ended && end is not WebhookEnd.Interrupted)
        {
            statements.Webhooks.Log(jobId, attempt);
        }
    }

    public override void Committed()
    {
        if (_ended && end is (WebhookEnd.Delivered or WebhookEnd.Failed))
        {
            outbox.Left();
        }

        Complete(_ended);
    }
}

using Atelier.Queue.Sqlite.Operations;

namespace Atelier.Queue.Sqlite.Webhooks;

/// <summary>Makes a webhook due now. False when it is being sent.</summary>
sealed class RedeliverOperation(SqliteWebhookOutbox outbox, long seq, Func<DateTimeOffset> clock) : WriteOperation<bool>
{
    bool _made;
    bool _wasPending;

    public override void Execute(QueueStatements statements)
    {
        _wasPending = statements.Webhooks.IsPending(seq);
        _made = statements.Webhooks.Redeliver(seq, clock());
    }

    public override void Committed()
    {
        if (_made && !_wasPending)
        {
            outbox.Added();
        }
        else if (_made)
        {
            outbox.Due();
        }

        Complete(_made);
    }
}

using Atelier.Queue.Sqlite.Operations;
using Atelier.Queue.Webhooks;

namespace Atelier.Queue.Sqlite.Webhooks;

/// <summary>Leases webhooks that a reader found due; those that are not any more are left out.</summary>
sealed class ClaimWebhooksOperation(IReadOnlyList<long> seqs) : WriteOperation<IReadOnlyList<WebhookLease>>
{
    readonly List<WebhookLease> _leases = [];

    public override void Execute(QueueStatements statements)
    {
        foreach (var seq in seqs)
        {
            if (statements.Webhooks.Claim(seq) is { } lease)
            {
                _leases.Add(lease);
            }
        }
    }

    public override void Undo() => _leases.Clear();

    public override void Committed() => Complete(_leases);
}

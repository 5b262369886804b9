namespace Atelier.Queue.Sqlite.Operations;

/// <summary>Does nothing: the batch that it begins saves the waiting log lines.</summary>
sealed class WakeOperation : WriteOperation
{
    public override void Execute(QueueStatements statements)
    {
    }

    public override void Committed()
    {
    }

    public override void Fail(QueueUnavailableException fault)
    {
    }
}

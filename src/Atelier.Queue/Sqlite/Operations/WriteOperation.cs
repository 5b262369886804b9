namespace Atelier.Queue.Sqlite.Operations;

/// <summary>One unit of a batch. All methods run on the writer thread.</summary>
abstract class WriteOperation
{
    /// <summary>Changes the file, inside the batch's transaction.</summary>
    public abstract void Execute(QueueStatements statements);

    /// <summary>
    /// The transaction is lost: restores what <see cref="Execute"/> changed in memory. It may run again.
    /// </summary>
    public virtual void Undo()
    {
    }

    /// <summary>The transaction is on disk: makes the change visible and completes the caller.</summary>
    public abstract void Committed();

    /// <summary>It will not run again.</summary>
    public abstract void Fail(QueueUnavailableException fault);
}

/// <summary>An operation that someone waits for.</summary>
abstract class WriteOperation<T> : WriteOperation
{
    // Continuations never run on the writer thread: it has a disk to keep busy.
    readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _completion.Task;

    public override void Fail(QueueUnavailableException fault) => _completion.SetException(fault);

    protected void Complete(T result) => _completion.SetResult(result);
}

namespace Atelier.Queue;

/// <summary>
/// Where one SQLite queue lives. Whoever opens it holds the data folder's lock: a queue has one process.
/// </summary>
public sealed record SqliteQueueOptions
{
    /// <summary>The database file; its folder exists. <c>-wal</c> and <c>-shm</c> files stand beside it.</summary>
    public required string Path { get; init; }

    /// <summary>Bodies over 64 KiB, one file each. Made when missing.</summary>
    public required string BlobFolder { get; init; }

    /// <summary>Written to <c>runner_host</c> of every claim: which server instance holds a lease.</summary>
    public required string InstanceId { get; init; }
}

namespace Atelier.Server.Storage;

/// <summary>Removes from disk what is expired and what broken uploads left.</summary>
sealed partial class Sweeper(FileStore files, PartStore parts, TimeProvider time, ILogger<Sweeper> logger)
{
    /// <summary>The store in slices; one after the other is swept, so that no sweep reads all of a large store.</summary>
    public const int Slices = 64;

    /// <summary>Removes what was being written when the process ended last; what is being written now stays.</summary>
    /// <remarks>An open scratch file loses its name, which it does not need.</remarks>
    public int SweepTemporary() => Count(
        files.Folder.TemporaryIds(),
        id =>
        {
            files.Folder.RemoveTemporary(id);
            return true;
        },
        CancellationToken.None);

    /// <summary>Sweeps one slice; answers how many ids it removed.</summary>
    public int SweepSlice(int slice, CancellationToken cancellationToken) => Count(
        files.Folder.Shards()
            .Where(shard => Convert.ToInt32(Path.GetFileName(shard), 16) % Slices == slice)
            .SelectMany(StorageFolder.IdsIn),
        SweepId,
        cancellationToken);

    /// <summary>Sweeps everything.</summary>
    public int Sweep(CancellationToken cancellationToken) =>
        SweepTemporary() + Enumerable.Range(0, Slices).Sum(slice => SweepSlice(slice, cancellationToken));

    bool SweepId(FileId id)
    {
        // The upload's end is looked at first: completing an upload makes the sidecar before it removes the end.
        var now = time.GetUtcNow();
        var uploadEnd = files.Folder.UploadEnd(id);
        var hasSidecar = File.Exists(files.Folder.Sidecar(id));
        if (hasSidecar && uploadEnd is not null)
        {
            files.Folder.RemoveUploadEnd(id);
        }

        if (hasSidecar ? files.Read(id)?.Expires <= now : uploadEnd is null || uploadEnd <= now)
        {
            parts.Forget(id);
            files.Folder.Remove(id);
            return true;
        }

        return false;
    }

    int Count(IEnumerable<FileId> ids, Func<FileId, bool> remove, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var id in ids)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!files.Busy.TryTake(id))
            {
                continue;
            }

            try
            {
                removed += remove(id) ? 1 : 0;
            }
            finally
            {
                files.Busy.Release(id);
            }
        }

        if (removed > 0)
        {
            Log.Swept(logger, removed);
        }

        return removed;
    }

    static partial class Log
    {
        [LoggerMessage(1501, LogLevel.Information, "Removed {Count} expired or half-written files.")]
        public static partial void Swept(ILogger logger, int count);
    }
}

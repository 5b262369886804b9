using System.Collections.Concurrent;

namespace Atelier.Server.Storage;

/// <summary>Ids that are being written or removed now; whoever takes one owns it until it is released.</summary>
sealed class BusyIds
{
    readonly ConcurrentDictionary<FileId, bool> _taken = new();

    public bool TryTake(FileId id) => _taken.TryAdd(id, true);

    public void Release(FileId id) => _taken.TryRemove(id, out _);
}

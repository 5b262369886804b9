namespace Atelier.Server.Storage;

public sealed partial class FileStore
{
    /// <summary>Removes a file at once; readers that have it open finish. False while it is being written.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public bool Remove(FileId id)
    {
        if (!_busy.TryAdd(id, true))
        {
            return false;
        }

        try
        {
            _folder.Remove(id);
            return true;
        }
        finally
        {
            _busy.TryRemove(id, out _);
        }
    }
}

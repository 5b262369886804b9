namespace Atelier.Server.Storage;

public sealed partial class FileStore
{
    /// <summary>Removes a file at once; readers that have it open finish. False while it is being written.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public bool Remove(FileId id)
    {
        if (!Busy.TryTake(id))
        {
            return false;
        }

        try
        {
            // A change of its access list would put a sidecar back.
            lock (_changing)
            {
                _folder.Remove(id);
            }

            return true;
        }
        finally
        {
            Busy.Release(id);
        }
    }
}

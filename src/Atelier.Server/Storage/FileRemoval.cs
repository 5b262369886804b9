using Atelier.Server.Calls;

namespace Atelier.Server.Storage;

/// <summary>Removes single files on request; the <see cref="DeleteFile"/> of this server.</summary>
static class FileRemoval
{
    public static DeletedFile? Delete(FileStore store, CallRights rights, string url, int localPort)
    {
        if (OwnFiles.Match(url, rights.FilesBaseUrl, localPort) is not (var id, var isCertain))
        {
            return null;
        }

        return store.Find(id) switch
        {
            // Of a fal address that is not here nobody knows whether it ever was.
            null => isCertain ? new(url, null) : null,
            { } file when file.AccountId != rights.AccountId => null,
            _ => new(url, store.Remove(id) ? null : "The file is being written."),
        };
    }
}

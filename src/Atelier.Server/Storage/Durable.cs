using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Atelier.Server.Storage;

/// <summary>What it takes for a rename to survive a power cut; .NET opens no folders.</summary>
static class Durable
{
    const int ReadOnly = 0;
    const int NoSpaceLeft = 28; // ENOSPC
    const int QuotaExceeded = 122; // EDQUOT

    /// <summary>Syncs a folder's entries.</summary>
    public static void SyncFolder(string path)
    {
        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException("A folder could not be opened for syncing.", new Win32Exception());
        }

        var failed = Sync(descriptor) != 0 ? new Win32Exception() : null;
        _ = Close(descriptor);
        if (failed is not null)
        {
            throw new IOException("A folder could not be synced.", failed);
        }
    }

    /// <summary>Whether a write failed for want of space. .NET passes the errno of Unix as the HRESULT.</summary>
    public static bool IsDiskFull(IOException fault) => fault.HResult is NoSpaceLeft or QuotaExceeded;

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    static extern int Close(int descriptor);
}

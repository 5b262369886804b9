using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Atelier.Server.Hosting;

/// <summary>What it takes for a rename to survive a power cut; .NET opens no folders.</summary>
static class Durable
{
    const int ReadOnly = 0;
    const int NoSpaceLeft = 28; // ENOSPC
    const int QuotaExceeded = 122; // EDQUOT
    const uint WriteRange = 2; // SYNC_FILE_RANGE_WRITE

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

    /// <summary>
    /// Lets the kernel begin to write a range to disk, without waiting and without promising anything: a sync later
    /// finds less to do. Nothing where the kernel has no such call.
    /// </summary>
    public static void StartWriteBack(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SyncFileRange(file, offset, length, WriteRange);
        }
    }

    /// <summary>Whether a write failed for want of space. .NET passes the errno of Unix as the HRESULT.</summary>
    public static bool IsDiskFull(IOException fault) => fault.HResult is NoSpaceLeft or QuotaExceeded;

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "sync_file_range")]
    static extern int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);

    [DllImport("libc", EntryPoint = "close")]
    static extern int Close(int descriptor);
}

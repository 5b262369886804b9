using System.Runtime.InteropServices;

namespace Atelier.Server.Hosting;

/// <summary>
/// Small files that only the owner may read (0600), replaced whole: never half written, never briefly open to others.
/// </summary>
public static class PrivateFile
{
    /// <param name="durable">Its name is on disk as well when the call returns: for what cannot be made again.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, bool durable = false)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        if (durable)
        {
            SyncFolder(Path.GetDirectoryName(path)!);
        }
    }

    // .NET opens no folders, and a rename is only durable once its folder is synced.
    static void SyncFolder(string path)
    {
        var folder = Open(path, 0);
        if (folder < 0)
        {
            throw new IOException($"A folder could not be opened for syncing (errno {Marshal.GetLastPInvokeError()}).");
        }

        var synced = Sync(folder);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(folder);
        if (synced != 0)
        {
            throw new IOException($"A folder could not be synced (errno {error}).");
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    static extern int Close(int descriptor);
}

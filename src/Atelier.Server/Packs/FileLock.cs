namespace Atelier.Server.Packs;

/// <summary>A lock between processes: a file that one of them holds open.</summary>
/// <remarks>
/// On Linux this is flock(2), which also counts within a process and ends with it, however it ends. The file stays:
/// deleting it would let two processes lock two files of one name.
/// </remarks>
static class FileLock
{
    static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(200);

    // EWOULDBLOCK of Linux and of macOS: what flock answers when another has the lock.
    const int LinuxBusy = 11;
    const int MacBusy = 35;

    /// <summary>The lock, once it is free.</summary>
    public static async Task<IDisposable> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(path) is { } taken)
            {
                return taken;
            }

            await Task.Delay(Retry, time, cancellationToken);
        }
    }

    /// <summary>The lock, or null when it is held.</summary>
    public static IDisposable? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException error) when (error.HResult is LinuxBusy or MacBusy)
        {
            return null;
        }
    }
}

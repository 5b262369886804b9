using System.Runtime.InteropServices;

namespace Atelier.Queue.Sqlite;

/// <summary>
/// Large bodies, one synced file each: <c>ab/&lt;id&gt;.in</c>, <c>ab/&lt;id&gt;.&lt;attempt&gt;.out</c>.
/// </summary>
/// <remarks>A file is complete on disk before a row names it; a file that no row names is garbage and swept.</remarks>
sealed partial class BlobFolder
{
    /// <summary>Larger bodies go to a file: SQLite is fast up to about this size.</summary>
    public const int InlineMaxBytes = 64 * 1024;

    const string Unfinished = ".tmp";

    /// <summary>A file this young may belong to a row that is being written.</summary>
    static readonly TimeSpan OrphanAge = TimeSpan.FromHours(1);

    readonly string _root;

    public BlobFolder(string root)
    {
        _root = root;
        Directory.CreateDirectory(root);
    }

    public static bool IsLarge(ReadOnlyMemory<byte> body) => body.Length > InlineMaxBytes;

    /// <summary>Writes and syncs the body of a request.</summary>
    public string WriteInput(string jobId, ReadOnlyMemory<byte> body) => Write(jobId, ".in", body);

    /// <summary>
    /// Writes and syncs an answer. The attempt is part of the name: a worker that lost its lease must not overwrite
    /// the answer of the one that holds it.
    /// </summary>
    public string WriteAnswer(string jobId, int attempt, ReadOnlyMemory<byte> body) =>
        Write(jobId, $".{attempt}.out", body);

    /// <returns>Null when the file is gone.</returns>
    /// <exception cref="QueueUnavailableException">It is there and cannot be read.</exception>
    public byte[]? Read(string name)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(_root, name));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (IOException fault)
        {
            throw new QueueUnavailableException("A request's body could not be read.", fault);
        }
    }

    public void Delete(string name) => File.Delete(Path.Combine(_root, name));

    /// <summary>Files that are old enough to have a row, with the job they belong to.</summary>
    public IEnumerable<(string Name, string JobId)> Old(DateTimeOffset now)
    {
        foreach (var path in Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories))
        {
            if (new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero) < now - OrphanAge)
            {
                var file = Path.GetFileName(path);
                yield return (Path.GetRelativePath(_root, path), file[..file.IndexOf('.', StringComparison.Ordinal)]);
            }
        }
    }

    string Write(string jobId, string suffix, ReadOnlyMemory<byte> body)
    {
        // The last characters of a time-ordered id are random; its first are not.
        var folder = Path.Combine(_root, jobId.Length < 2 ? "00" : jobId[^2..]);
        var name = Path.Combine(Path.GetFileName(folder), jobId + suffix);
        var path = Path.Combine(_root, name);
        try
        {
            Directory.CreateDirectory(folder);
            using (var file = new FileStream(path + Unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 0))
            {
                file.Write(body.Span);
                file.Flush(flushToDisk: true);
            }

            File.Move(path + Unfinished, path, overwrite: true);

            // The names are part of what must survive a power cut: the file's, and a new folder's.
            SyncFolder(folder);
            SyncFolder(_root);
            return name;
        }
        catch (IOException fault)
        {
            // On a full disk its own leftovers would keep it full; what cannot be deleted now is swept.
            TryDelete(path + Unfinished);
            throw new QueueUnavailableException("A request's body could not be written.", fault);
        }
    }

    static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (IOException)
        {
            // Swept later.
        }
    }

    static void SyncFolder(string path)
    {
        const int ReadOnlyDirectory = 0x10000;
        var folder = Open(path, ReadOnlyDirectory);
        if (folder < 0)
        {
            throw new IOException($"A folder could not be opened (errno {Marshal.GetLastPInvokeError()}).");
        }

        var synced = Sync(folder);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(folder);
        if (synced != 0)
        {
            throw new IOException($"A folder could not be synced (errno {error}).");
        }
    }

    // .NET opens no folders, and a rename is only durable once its folder is synced.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

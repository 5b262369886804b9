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
            Durable.SyncFolder(Path.GetDirectoryName(path)!);
        }
    }
}

namespace Atelier.Server.Hosting;

/// <summary>The folder that holds everything a server must not lose. Locked: one server a folder.</summary>
/// <remarks>The lock is the kernel's (flock), so a killed server leaves none behind.</remarks>
public sealed class DataFolder : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    readonly FileStream _lock;

    DataFolder(string root, FileStream held) => (Root, _lock) = (root, held);

    /// <summary>The absolute path.</summary>
    public string Root { get; }

    /// <summary>Creates the folder (0700) when it is missing and takes its lock.</summary>
    /// <exception cref="ConfigurationException">Another server holds it, or it cannot be written.</exception>
    public static DataFolder Open(string path)
    {
        var root = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(root, OwnerOnly);
            return new(root, new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The data folder {root} cannot be written. Choose another with --data DIR.");
        }
        catch (IOException) when (File.Exists(Path.Combine(root, "lock")))
        {
            var running = ServerFile.Read(root) is { } server ? $" (pid {server.Pid}, {server.Url})" : "";
            throw new ConfigurationException(
                $"Another Atelier{running} already uses the data folder {root}. Stop it with `atelier stop`, or choose another folder with --data DIR.");
        }
        catch (IOException fault)
        {
            throw new ConfigurationException($"The data folder {root} cannot be made: {fault.Message} Choose another with --data DIR.");
        }
    }

    /// <summary>Where the data folder is when nobody says: <c>$XDG_DATA_HOME/atelier</c>, else <c>~/.local/share/atelier</c>.</summary>
    /// <exception cref="ConfigurationException">Neither variable is set.</exception>
    public static string DefaultPath() =>
        Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg ? Path.Combine(xdg, "atelier")
        : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "share", "atelier")
        : throw new ConfigurationException("Neither HOME nor XDG_DATA_HOME is set. Name a data folder with --data DIR.");

    /// <summary>A folder (0700) of one slice, made when missing.</summary>
    public string Sub(string name) => Directory.CreateDirectory(Path.Combine(Root, name), OwnerOnly).FullName;

    public void Dispose() => _lock.Dispose();
}

using System.Security.Cryptography;
using System.Text;

namespace Atelier.Server.Runners;

/// <summary>A folder for runners' sockets that only this user can enter.</summary>
sealed class SocketFolder
{
    /// <summary>Longest path of a Unix socket: <c>sun_path</c> holds 108 bytes with its final zero.</summary>
    public const int MaxPathBytes = 107;

    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    SocketFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>The wanted folder, or a random one in the temporary folder when its path is too long.</summary>
    public static SocketFolder Open(string wanted)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Runners need a Unix system.");
        }

        var longest = System.IO.Path.Combine(wanted, NewName());
        var path = Encoding.UTF8.GetByteCount(longest) <= MaxPathBytes
            ? wanted
            : Directory.CreateTempSubdirectory("atelier-").FullName;
        Directory.CreateDirectory(path, OwnerOnly);

        // A folder that was there before keeps its mode unless it is set.
        File.SetUnixFileMode(path, OwnerOnly);
        foreach (var stale in Directory.EnumerateFiles(path, "*.sock"))
        {
            File.Delete(stale);
        }

        return new(path);
    }

    /// <summary>A path for a new socket.</summary>
    public string NewSocket() => System.IO.Path.Combine(Path, NewName());

    static string NewName() => RandomNumberGenerator.GetHexString(16, lowercase: true) + ".sock";
}

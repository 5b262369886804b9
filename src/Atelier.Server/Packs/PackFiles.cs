using System.Security.Cryptography;

namespace Atelier.Server.Packs;

/// <summary>Writes the files of a pack that is being made, each checked against its manifest's size and hash.</summary>
static class PackFiles
{
    const int BlockBytes = 128 * 1024;

    /// <summary>
    /// Copies one file into the folder and has it on disk, not only in the system's cache, when it returns.
    /// </summary>
    /// <exception cref="PackRefusedException">It is longer, shorter or other than the manifest says.</exception>
    public static async Task WriteAsync(Stream from, string folder, PackFile file, CancellationToken cancellationToken)
    {
        await using var to = Create(folder, file.As);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[BlockBytes];
        var written = 0L;
        while (await from.ReadAsync(block, cancellationToken) is > 0 and var read)
        {
            written += read;
            if (written > file.Bytes)
            {
                throw new PackRefusedException($"its file {file.As} is larger than the manifest says");
            }

            hash.AppendData(block, 0, read);
            await to.WriteAsync(block.AsMemory(0, read), cancellationToken);
        }

        if (written < file.Bytes)
        {
            throw new PackRefusedException($"its file {file.As} is shorter than the manifest says");
        }

        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(Convert.FromHexString(file.Sha256)))
        {
            throw new PackRefusedException($"its file {file.As} is not the one that the manifest names");
        }

        await SyncAsync(to, cancellationToken);
    }

    /// <summary>Has what was written on disk, not only in the system's cache.</summary>
    public static async Task SyncAsync(FileStream file, CancellationToken cancellationToken)
    {
        await file.FlushAsync(cancellationToken);
        RandomAccess.FlushToDisk(file.SafeFileHandle);
    }

    /// <summary>A new file below the folder, with the folders on the way to it.</summary>
    public static FileStream Create(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BlockBytes);
    }

    /// <summary>True when the file is there and is the one that the manifest names.</summary>
    public static async Task<bool> IsRightAsync(string folder, PackFile file, CancellationToken cancellationToken)
    {
        var info = new FileInfo(Path.Combine(folder, file.As));
        return info.Exists
            && info.Length == file.Bytes
            && await PackHash.Sha256(file.Sha256).MatchesAsync(info.FullName, cancellationToken);
    }
}

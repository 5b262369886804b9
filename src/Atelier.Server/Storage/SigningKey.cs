using System.Security.Cryptography;

namespace Atelier.Server.Storage;

/// <summary>
/// The secret behind upload URLs and CDN tokens: 32 random bytes in <c>storage.key</c>, for its owner alone.
/// </summary>
static class SigningKey
{
    const int Length = 32;

    /// <summary>Reads the key, or makes it.</summary>
    /// <exception cref="InvalidDataException">The file is not a key.</exception>
    public static byte[] LoadOrCreate(string dataFolder)
    {
        var path = Path.Combine(dataFolder, "storage.key");
        if (File.Exists(path))
        {
            var found = File.ReadAllBytes(path);
            return found.Length == Length
                ? found
                : throw new InvalidDataException($"storage.key in the data folder is not {Length} bytes; remove it.");
        }

        var key = RandomNumberGenerator.GetBytes(Length);
        var temporary = path + ".tmp";
        using (var stream = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
#pragma warning disable CA1416 // The server runs on Linux and macOS; Windows has no such modes.
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
#pragma warning restore CA1416
        }))
        {
            stream.Write(key);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        Durable.SyncFolder(dataFolder);
        return key;
    }
}

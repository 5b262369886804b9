using System.Security.Cryptography;

namespace Atelier.Server.Hosting;

/// <summary>A secret of this server alone: random bytes in a file for its owner, made when it is first needed.</summary>
static class SecretFile
{
    /// <param name="length">In bytes.</param>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static byte[] ReadOrCreate(string path, int length)
    {
        if (File.Exists(path))
        {
            var found = File.ReadAllBytes(path);
            return found.Length == length
                ? found
                : throw new InvalidDataException(
                    $"{Path.GetFileName(path)} in the data folder is not {length} bytes; remove it.");
        }

        var secret = RandomNumberGenerator.GetBytes(length);
        PrivateFile.Write(path, secret, durable: true);
        return secret;
    }
}

using System.Text.Json;

namespace Atelier.Cli.Targets;

/// <summary>The keys of this user: Atelier's and fal's, in files of their own, so that none is mistaken.</summary>
sealed class KeyStore(CliHost host)
{
    string AtelierFile => Path.Combine(UserFolders.Settings(host), "credentials");

    string FalFile => Path.Combine(UserFolders.Settings(host), "fal-credentials");

    /// <summary><c>ATELIER_KEY</c>.</summary>
    public string? GivenAtelierKey => host.Variable("ATELIER_KEY");

    /// <summary>The key that the server left for the command line at its first start.</summary>
    public string? StoredAtelierKey => Read(AtelierFile);

    /// <summary><c>FAL_KEY</c>, else <c>FAL_KEY_ID:FAL_KEY_SECRET</c>, else the stored one.</summary>
    public string? FalKey =>
        host.Variable("FAL_KEY")
        ?? (host.Variable("FAL_KEY_ID") is { } id && host.Variable("FAL_KEY_SECRET") is { } secret
            ? $"{id}:{secret}"
            : Read(FalFile));

    /// <summary>Stores a fal key and answers where.</summary>
    public string StoreFalKey(string key)
    {
        PrivateFile.Write(FalFile, JsonSerializer.SerializeToUtf8Bytes(new(key), CliJson.Default.StoredKey));
        return FalFile;
    }

    static string? Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, CliJson.Default.StoredKey)?.Key;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            throw new CliException(
                ExitCode.Usage, $"{path} is not a key file.", "Remove it, or set the key in the environment.");
        }
    }
}

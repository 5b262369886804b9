using System.Text.Json;
using System.Text.Json.Serialization;
using Atelier.Server.Hosting;

namespace Atelier.Server.Keys;

/// <summary>
/// The keys of a start: the operator's own (<c>--key</c>, <c>--key-file</c>, <c>ATELIER_ADMIN_KEY</c>), or an ADMIN key
/// made at the first start, and the one that the command line keeps in <c>$XDG_CONFIG_HOME/atelier/credentials</c>.
/// </summary>
public static class FirstKeys
{
    /// <returns>The ADMIN key that was made now, to be shown once on a terminal; null when none was made.</returns>
    /// <exception cref="ConfigurationException">The given key is not of the form <c>id:secret</c>.</exception>
    public static ApiKey? Prepare(KeyRing ring, ServerOptions options)
    {
        if (Given(options) is { } text)
        {
            if (!ApiKey.TryParse(text.Trim(), out var given))
            {
                throw new ConfigurationException("The ADMIN key must be of the form ID:SECRET.");
            }

            ring.Put(given, "given at start", "ADMIN");
            return null;
        }

        ApiKey? made = null;
        if (ring.IsEmpty)
        {
            made = ApiKey.Create();
            ring.Put(made.Value, "first", "ADMIN");
        }

        KeepForCommandLine(ring);
        return made;
    }

    static string? Given(ServerOptions options)
    {
        if (options.KeyFile is { } file)
        {
            try
            {
                return File.ReadAllText(file);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"The key file {file} cannot be read.");
            }
        }

        return options.Key ?? Environment.GetEnvironmentVariable("ATELIER_ADMIN_KEY");
    }

    // One file serves every local server of this user: a second data folder learns the key that is already there.
    static void KeepForCommandLine(KeyRing ring)
    {
        if (CredentialsPath() is not { } path)
        {
            return;
        }

        if (!ApiKey.TryParse(ReadCredentials(path), out var key))
        {
            key = ApiKey.Create();
            Directory.CreateDirectory(
                Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            PrivateFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(new Credentials(key.ToString()), CredentialsJson.Default.Credentials));
        }

        if (ring.Find(key) is null)
        {
            ring.Put(key, "command line", "ADMIN");
        }
    }

    static string? CredentialsPath() =>
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } xdg ? Path.Combine(xdg, "atelier", "credentials")
        : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".config", "atelier", "credentials")
        : null;

    static string? ReadCredentials(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), CredentialsJson.Default.Credentials)?.Key;
        }
        catch (Exception fault) when (fault is IOException or JsonException)
        {
            return null;
        }
    }
}

sealed record Credentials(string Key);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Credentials))]
sealed partial class CredentialsJson : JsonSerializerContext;

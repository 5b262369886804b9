using System.Text.Json;

namespace Atelier.Cli.Targets;

/// <summary>The configured default target, in <c>cli.json</c> beside the keys.</summary>
sealed class CliSettings(CliHost host)
{
    string File => Path.Combine(UserFolders.Settings(host), "cli.json");

    /// <summary>Which target is in force, and who said so.</summary>
    public (string Server, string Source) Server(string? flag)
    {
        if (flag is not null)
        {
            return (flag, "flag");
        }

        return host.Variable("ATELIER_URL") is { } url ? (url, "ATELIER_URL")
            : Stored() is { } stored ? (stored, File)
            : ("local", "default");
    }

    /// <summary>Sets the default target.</summary>
    public void Store(string server) => PrivateFile.Write(
        File, JsonSerializer.SerializeToUtf8Bytes(new(server), CliJson.Default.StoredSettings));

    string? Stored()
    {
        try
        {
            using var stream = System.IO.File.OpenRead(File);
            return JsonSerializer.Deserialize(stream, CliJson.Default.StoredSettings)?.Server;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            throw new CliException(ExitCode.Usage, $"{File} is not JSON.", "Remove it: atelier config --default local");
        }
    }
}

namespace Atelier.Tests;

/// <summary>Packs that were pulled before the tests run; a missing one fails its tests with a sentence.</summary>
static class Packs
{
    static string Root =>
        Environment.GetEnvironmentVariable("ATELIER_PACKS") is { Length: > 0 } own ? own
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                ? cache
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "atelier", "packs");

    /// <summary>The folder of a pack, whatever its version.</summary>
    public static string Folder(string name)
    {
        var found = Directory.Exists(Root) ? Directory.GetDirectories(Root, $"{name}@*") : [];
        return found.Length > 0
            ? found.Order(StringComparer.Ordinal).Last()
            : throw new DirectoryNotFoundException(
                $"The pack {name} is not in {Root}: run ./atelier models pull {name}, or set ATELIER_PACKS.");
    }

    /// <summary>A file of a pack.</summary>
    public static string File(string pack, params string[] path) => Path.Combine([Folder(pack), .. path]);
}

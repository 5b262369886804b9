using System.Text.Json;

namespace Atelier.Server.Packs;

/// <summary>
/// The <c>pack.json</c> in a finished pack's folder. It is written last: a folder without it is no pack.
/// </summary>
sealed record PackReceipt
{
    public const string FileName = "pack.json";

    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Platform { get; init; }

    public required DateTimeOffset PulledAt { get; init; }

    public required string Origin { get; init; }

    public required PackLicense License { get; init; }

    public required IReadOnlyList<PackFile> Files { get; init; }

    /// <summary>The receipt in a folder, or null when there is none that can be read.</summary>
    public static PackReceipt? Read(string folder)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(folder, FileName));
            return JsonSerializer.Deserialize(file, PackJson.Default.PackReceipt);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>True when it tells of exactly these files, and all of them are there with their sizes.</summary>
    public bool Holds(PackManifest manifest, IReadOnlyList<PackFile> outputs, string folder)
    {
        var known = Files.ToDictionary(file => file.As, StringComparer.Ordinal);
        return Name == manifest.Name
            && Version == manifest.Version
            && Files.Count == outputs.Count
            && outputs.All(file =>
                known.TryGetValue(file.As, out var kept)
                && kept.Sha256 == file.Sha256
                && new FileInfo(Path.Combine(folder, file.As)) is { Exists: true } info
                && info.Length == file.Bytes);
    }
}

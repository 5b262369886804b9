using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Atelier.Server.Packs;

/// <summary>
/// Every pack that this build knows. Its manifests are part of the program, so they cannot be exchanged.
/// </summary>
sealed class PackCatalog
{
    const string ResourcePrefix = "packs/";

    readonly FrozenDictionary<string, PackManifest> _packs;

    /// <exception cref="InvalidDataException">A manifest breaks a rule of the format.</exception>
    public PackCatalog(IEnumerable<PackManifest> packs)
    {
        var list = packs.ToList();
        list.ForEach(PackRules.Check);
        _packs = list.ToFrozenDictionary(pack => pack.Name, StringComparer.Ordinal);
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<PackManifest> Packs => [.. _packs.Values.OrderBy(pack => pack.Name, StringComparer.Ordinal)];

    /// <summary>The manifests that were built into the program.</summary>
    public static PackCatalog BuiltIn()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return new(assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(name => Read(assembly.GetManifestResourceStream(name)!)));
    }

    public PackManifest? Find(string name) => _packs.GetValueOrDefault(name);

    static PackManifest Read(Stream stream)
    {
        using (stream)
        {
            return JsonSerializer.Deserialize(stream, PackJson.Default.PackManifest)
                ?? throw new InvalidDataException("A pack's manifest is empty.");
        }
    }
}

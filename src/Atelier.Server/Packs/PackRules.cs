using System.Text.RegularExpressions;

namespace Atelier.Server.Packs;

/// <summary>The rules that a manifest must keep before any of its files is looked for.</summary>
static partial class PackRules
{
    // No known pack comes near; a larger number is a mistake in a manifest.
    const long LargestFileBytes = 64L << 30;

    /// <exception cref="InvalidDataException">The first rule that the manifest breaks.</exception>
    public static void Check(PackManifest pack)
    {
        Demand(NameForm().IsMatch(pack.Name), pack, "its name is not made of lower-case letters, digits and hyphens");
        Demand(VersionForm().IsMatch(pack.Version), pack, "its version is not made of letters, digits and dots");
        Demand(pack.Variants.Count > 0, pack, "it has no variant");
        foreach (var variant in pack.Variants.Values)
        {
            foreach (var source in variant.Sources)
            {
                CheckSource(pack, source);
            }

            CheckNames(pack, variant);
        }
    }

    /// <summary>True for a path below a folder: no empty, <c>.</c> or <c>..</c> part, no root, no backslash.</summary>
    public static bool IsInside(string path) =>
        path.Split('/').All(part => part is not ("" or "." or "..")) && path.AsSpan().IndexOfAny('\\', ':', '\0') < 0;

    static void CheckSource(PackManifest pack, PackSource source)
    {
        Demand(PackOrigin.TryParse(source.From, out var origin), pack, $"“{source.From}” is no source");
        Demand(source.Files.Count > 0, pack, $"it wants no file of {source.From}");
        Demand(
            origin is PackOrigin.Npm == (source.Integrity is not null && source.Bytes > 0),
            pack,
            "integrity and bytes belong to npm sources, and only to them");
        Demand(
            source.Integrity is null || PackHash.TryParse(source.Integrity, out _), pack, "an integrity is no sha512");
        Demand(origin is not PackOrigin.Https || source.Files.Count == 1, pack, "an https source is one file");
        Demand(
            source.Files.All(file => origin is PackOrigin.Https == file.Path is null && IsInside(file.Path ?? "file")),
            pack,
            "a path of a source is missing or leaves its package");
    }

    static void CheckNames(PackManifest pack, PackVariant variant)
    {
        var names = variant.Sources.SelectMany(source => source.Files).Select(file => file.As).ToList();
        foreach (var conversion in variant.Conversions)
        {
            Demand(conversion.Kind == PackConversion.NcnnToOnnx, pack, $"“{conversion.Kind}” is no conversion");
            Demand(
                names.Contains(conversion.Param) && names.Contains(conversion.Bin),
                pack,
                "a conversion reads no file of it");
            names.Add(conversion.As);
        }

        Demand(names.Distinct(StringComparer.Ordinal).Count() == names.Count, pack, "two files have one name");
        Demand(
            names.All(name => IsInside(name) && name is not PackReceipt.FileName),
            pack,
            "a file's name leaves the pack");
        Demand(
            variant.Outputs.Concat(variant.Sources.SelectMany(source => source.Files))
                .All(file => file.Bytes is > 0 and <= LargestFileBytes && HexForm().IsMatch(file.Sha256)),
            pack,
            "a file has no size or no sha256");
    }

    static void Demand(bool kept, PackManifest pack, string broken)
    {
        if (!kept)
        {
            throw new InvalidDataException($"The manifest of the pack {pack.Name} cannot be used: {broken}.");
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex NameForm();

    [GeneratedRegex("^[0-9A-Za-z][0-9A-Za-z.]{0,31}$")]
    private static partial Regex VersionForm();

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex HexForm();
}

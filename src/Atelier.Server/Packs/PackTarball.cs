using System.Formats.Tar;
using System.IO.Compression;

namespace Atelier.Server.Packs;

/// <summary>Takes the wanted files out of an npm tarball whose hash has been checked.</summary>
/// <remarks>
/// npm's own packing makes neither links nor names that lead elsewhere. An archive with one is not what the manifest's
/// author looked at in good faith, so the whole pack is refused and not only that entry.
/// </remarks>
static class PackTarball
{
    // A small download that unpacks to more than this is an attack on the disk or the clock.
    const long MostUnpackedBytes = 64L << 30;

    /// <exception cref="PackRefusedException">
    /// A link, a device, a name that leaves the archive, a file twice or of another size, or a wanted file missing.
    /// </exception>
    public static async Task ExtractAsync(
        string tarball, PackSource source, string folder, CancellationToken cancellationToken)
    {
        var wanted = source.Files.ToDictionary(file => file.Path!, StringComparer.Ordinal);
        var unpacked = 0L;
        try
        {
            await using var file = File.OpenRead(tarball);
            await using var plain = new GZipStream(file, CompressionMode.Decompress);
            await using var tar = new TarReader(plain);
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
                {
                    continue;
                }

                unpacked += entry.Length;
                if (unpacked > MostUnpackedBytes)
                {
                    throw new PackRefusedException("its archive unpacks to more than any pack holds");
                }

                if (wanted.Remove(NameInPackage(entry), out var match))
                {
                    await TakeAsync(entry, match, folder, cancellationToken);
                }
                else if (source.Files.Any(one => one.Path == NameInPackage(entry)))
                {
                    throw new PackRefusedException($"its archive holds {NameInPackage(entry)} twice");
                }
            }
        }
        catch (InvalidDataException error)
        {
            throw new PackRefusedException("its archive cannot be read", error);
        }
        catch (EndOfStreamException error)
        {
            throw new PackRefusedException("its archive is cut off", error);
        }

        if (wanted.Keys.FirstOrDefault() is { } missing)
        {
            throw new PackRefusedException($"its archive holds no {missing}");
        }
    }

    static async Task TakeAsync(TarEntry entry, PackFile file, string folder, CancellationToken cancellationToken)
    {
        if (entry.Length != file.Bytes)
        {
            throw new PackRefusedException($"its file {file.As} has another size than the manifest says");
        }

        await PackFiles.WriteAsync(entry.DataStream ?? Stream.Null, folder, file, cancellationToken);
    }

    // npm strips the first folder of every name, whatever it is called; “package” is only the custom.
    static string NameInPackage(TarEntry entry)
    {
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
        {
            throw new PackRefusedException("its archive holds a link or a device");
        }

        var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && PackRules.IsInside(name)
            ? name[(slash + 1)..]
            : throw new PackRefusedException("its archive holds a name that leads out of it");
    }
}

namespace Atelier.Server.Packs;

/// <summary>
/// Takes a pack's files from a folder, for machines without a network: tarballs by the name that <c>npm pack</c> gives
/// them, or single files, either directly in it or in a sub-folder <c>NAME@VERSION</c>.
/// </summary>
sealed class PackCarriedFolder(string folder) : IPackSupply
{
    public async Task PlaceAsync(
        PackManifest pack, PackSource source, string into, Action<long> progress, CancellationToken cancellationToken)
    {
        foreach (var (download, index) in PackDownload.Of(source).Select((download, index) => (download, index)))
        {
            var path = Path.Combine(folder, download.FileName);
            if (source.Integrity is null)
            {
                await CopyAsync(pack, source.Files[index], into, cancellationToken);
            }
            else if (!File.Exists(path))
            {
                foreach (var file in source.Files)
                {
                    await CopyAsync(pack, file, into, cancellationToken);
                }
            }
            else if (await download.Hash.MatchesAsync(path, cancellationToken))
            {
                await PackTarball.ExtractAsync(path, source, into, cancellationToken);
            }
            else
            {
                throw new PackRefusedException($"{download.FileName} is not the one that the manifest names");
            }
        }

        progress(source.DownloadBytes);
    }

    async Task CopyAsync(PackManifest pack, PackFile file, string into, CancellationToken cancellationToken)
    {
        string[] places =
        [
            Path.Combine(folder, pack.Folder, file.As),
            Path.Combine(folder, file.As),
            Path.Combine(folder, file.As.Split('/')[^1]),
        ];
        var found = places.FirstOrDefault(File.Exists)
            ?? throw new PackRefusedException($"the folder holds neither its download nor its file {file.As}");
        await using var from = File.OpenRead(found);
        await PackFiles.WriteAsync(from, into, file, cancellationToken);
    }
}

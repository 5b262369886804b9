namespace Atelier.Server.Packs;

/// <summary>Takes a pack's files from the places that its manifest names.</summary>
sealed class PackNetwork(PackDownloads downloads) : IPackSupply
{
    public async Task PlaceAsync(
        PackManifest pack, PackSource source, string into, Action<long> progress, CancellationToken cancellationToken)
    {
        var fetches = PackDownload.Of(source);
        var before = 0L;
        for (var i = 0; i < fetches.Count; i++)
        {
            var start = before;
            using var fetched = await downloads.FetchAsync(
                fetches[i], bytes => progress(start + bytes), cancellationToken);
            if (source.Integrity is not null)
            {
                await PackTarball.ExtractAsync(fetched.Path, source, into, cancellationToken);
            }
            else
            {
                await using var file = File.OpenRead(fetched.Path);
                await PackFiles.WriteAsync(file, into, source.Files[i], cancellationToken);
            }

            before += fetches[i].Bytes;
        }
    }
}

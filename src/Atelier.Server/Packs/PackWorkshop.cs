using System.Text.Json;
using Atelier.Server.Packs.Conversion;

namespace Atelier.Server.Packs;

/// <summary>
/// Makes packs: gathers the files in a folder of its own, converts, writes the receipt and renames the whole into
/// place. Readers therefore see a pack complete or not at all, whenever the machine stops.
/// </summary>
sealed class PackWorkshop(string root, string platform, TimeProvider time)
{
    /// <summary>The folder of a finished pack.</summary>
    public string FolderOf(PackManifest pack) => Path.Combine(root, pack.Folder);

    /// <summary>True when the pack is there: its receipt fits and every file has its size.</summary>
    public bool IsThere(PackManifest pack, PackVariant variant) =>
        PackReceipt.Read(FolderOf(pack)) is { } receipt && receipt.Holds(pack, variant.Outputs, FolderOf(pack));

    /// <summary>Makes the pack, unless another process has made it in the meantime.</summary>
    /// <param name="thorough">
    /// Also hashes the files of a pack that is there, and makes it again if one is damaged.
    /// </param>
    public async Task MakeAsync(
        PackManifest pack,
        PackVariant variant,
        IPackSupply supply,
        bool thorough,
        Action<PackProgress> progress,
        CancellationToken cancellationToken)
    {
        var locks = Directory.CreateDirectory(Path.Combine(root, "locks")).FullName;
        using var taken = await FileLock.TakeAsync(Path.Combine(locks, pack.Folder), time, cancellationToken);
        if (IsThere(pack, variant) && (!thorough || await IsSoundAsync(pack, variant, cancellationToken)))
        {
            progress(new(pack.Name, variant.DownloadBytes, variant.DownloadBytes));
            return;
        }

        // Holding the lock, whatever lies there was left by a process that ended.
        var making = Path.Combine(root, "making", pack.Folder);
        DeleteFolder(making);
        Directory.CreateDirectory(making);
        await GatherAsync(pack, variant, supply, making, progress, cancellationToken);
        foreach (var conversion in variant.Conversions)
        {
            await ConvertAsync(conversion, making, cancellationToken);
        }

        foreach (var name in variant.Conversions.SelectMany(one => new[] { one.Param, one.Bin }).Distinct())
        {
            File.Delete(Path.Combine(making, name));
        }

        WriteReceipt(pack, variant, making);
        var target = FolderOf(pack);
        var damaged = making + ".damaged";
        DeleteFolder(damaged);
        if (Directory.Exists(target))
        {
            Directory.Move(target, damaged);
        }

        Directory.Move(making, target);
        DeleteFolder(damaged);
    }

    static async Task GatherAsync(
        PackManifest pack,
        PackVariant variant,
        IPackSupply supply,
        string making,
        Action<PackProgress> progress,
        CancellationToken cancellationToken)
    {
        var before = 0L;
        foreach (var source in variant.Sources)
        {
            var start = before;
            await supply.PlaceAsync(
                pack,
                source,
                making,
                bytes => progress(new(pack.Name, start + bytes, variant.DownloadBytes)),
                cancellationToken);
            before += source.DownloadBytes;
        }
    }

    static async Task ConvertAsync(PackConversion conversion, string folder, CancellationToken cancellationToken)
    {
        await using (var onnx = PackFiles.Create(folder, conversion.As))
        {
            NcnnConverter.Convert(Path.Combine(folder, conversion.Param), Path.Combine(folder, conversion.Bin), onnx);
            await PackFiles.SyncAsync(onnx, cancellationToken);
        }

        var made = new PackFile { As = conversion.As, Bytes = conversion.Bytes, Sha256 = conversion.Sha256 };
        if (!await PackFiles.IsRightAsync(folder, made, cancellationToken))
        {
            throw new PackRefusedException($"converting its net gave another {conversion.As} than the manifest names");
        }
    }

    async Task<bool> IsSoundAsync(PackManifest pack, PackVariant variant, CancellationToken cancellationToken)
    {
        foreach (var file in variant.Outputs)
        {
            if (!await PackFiles.IsRightAsync(FolderOf(pack), file, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    void WriteReceipt(PackManifest pack, PackVariant variant, string folder)
    {
        var receipt = new PackReceipt
        {
            Name = pack.Name,
            Version = pack.Version,
            Platform = platform,
            PulledAt = time.GetUtcNow(),
            Origin = pack.Origin,
            License = pack.License,
            Files = [.. variant.Outputs.Select(file => file with { Path = null })],
        };
        using var file = PackFiles.Create(folder, PackReceipt.FileName);
        JsonSerializer.Serialize(file, receipt, PackJson.Default.PackReceipt);
        file.Flush(flushToDisk: true);
    }

    static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

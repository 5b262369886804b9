using System.Collections.Concurrent;
using System.Globalization;
using Atelier.Server.Hosting;

namespace Atelier.Server.Storage;

/// <summary>
/// Where things are: <c>{root}/{2 hex}/{id}</c> is a content in one file and <c>{id}.parts</c> one in parts,
/// <c>{id}.json</c> beside it makes it a file, <c>{id}.upload</c> says until when an upload in parts may go on, and
/// <c>{root}/tmp</c> holds what is being written.
/// </summary>
sealed class StorageFolder
{
    const string SidecarExtension = ".json";

    readonly string _root;

    // Shards known to exist and to be synced. Written by any upload; a shard is added once.
    readonly ConcurrentDictionary<string, bool> _shards = new(StringComparer.Ordinal);

    public StorageFolder(string root)
    {
        _root = root;
        Temporary = Path.Combine(root, "tmp");
        CreatePrivate(root);
        CreatePrivate(Temporary);
    }

    public string Temporary { get; }

    public string Content(FileId id) => Path.Combine(Shard(id), id.Value);

    public string Sidecar(FileId id) => Content(id) + SidecarExtension;

    public string Parts(FileId id) => Content(id) + ".parts";

    public string Part(FileId id, StoredPart part) => Path.Combine(Parts(id), part.FileName);

    public string TemporaryContent(FileId id) => Path.Combine(Temporary, id.Value);

    public string TemporarySidecar(FileId id) => TemporaryContent(id) + SidecarExtension;

    /// <summary>
    /// Moves a written and synced pair to its place; the sidecar comes last, because it makes the file.
    /// </summary>
    public void Publish(FileId id)
    {
        MakeShard(id);
        File.Move(TemporaryContent(id), Content(id), overwrite: true);
        PublishSidecar(id, id);
    }

    /// <summary>Moves a written and synced sidecar to its place, where it makes a file or replaces what was known.</summary>
    public void PublishSidecar(FileId temporary, FileId id)
    {
        File.Move(TemporarySidecar(temporary), Sidecar(id), overwrite: true);
        Durable.SyncFolder(Shard(id));
    }

    /// <summary>Makes room for an upload in parts that may go on until then; nothing when it is there.</summary>
    public void OpenUpload(FileId id, DateTimeOffset until)
    {
        if (Directory.Exists(Parts(id)))
        {
            return;
        }

        // The end first: a folder of parts without one is a leftover.
        MakeShard(id);
        using (var handle = File.OpenHandle(Ending(id), FileMode.Create, FileAccess.Write))
        {
            var text = until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            RandomAccess.Write(handle, System.Text.Encoding.ASCII.GetBytes(text), 0);
            RandomAccess.FlushToDisk(handle);
        }

        CreatePrivate(Parts(id));
        Durable.SyncFolder(Shard(id));
    }

    /// <summary>Until when an upload in parts may go on; null when none is under way.</summary>
    public DateTimeOffset? UploadEnd(FileId id)
    {
        try
        {
            return long.TryParse(File.ReadAllText(Ending(id)), CultureInfo.InvariantCulture, out var seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : null;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The upload's end is of no more interest: it has a sidecar.</summary>
    public void RemoveUploadEnd(FileId id) => File.Delete(Ending(id));

    /// <summary>Moves a written and synced part to its place; other versions of it are gone afterwards.</summary>
    public void PublishPart(FileId temporary, FileId id, StoredPart part, StoredPart? former)
    {
        File.Move(TemporaryContent(temporary), Part(id, part), overwrite: true);
        Durable.SyncFolder(Parts(id));
        if (former is not null && former.Sha256 != part.Sha256)
        {
            File.Delete(Part(id, former));
        }
    }

    /// <summary>Removes from a complete upload what is not among its parts.</summary>
    public void KeepParts(FileId id, IReadOnlyList<StoredPart> parts)
    {
        var names = parts.Select(part => part.FileName).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(Parts(id)))
        {
            if (!names.Contains(Path.GetFileName(path)))
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Removes a file; it is gone for readers at once, and its sidecar never stays without content.</summary>
    public void Remove(FileId id)
    {
        if (!Directory.Exists(Shard(id)))
        {
            return;
        }

        File.Delete(Sidecar(id));
        File.Delete(Content(id));
        if (Directory.Exists(Parts(id)))
        {
            Directory.Delete(Parts(id), recursive: true);
        }

        File.Delete(Ending(id));
    }

    public void RemoveTemporary(FileId id)
    {
        File.Delete(TemporaryContent(id));
        File.Delete(TemporarySidecar(id));
    }

    /// <summary>Ids of what is being written, or was when the process ended.</summary>
    public IEnumerable<FileId> TemporaryIds() => IdsIn(Temporary);

    /// <summary>The folders that files are in. Only the sweep reads folders.</summary>
    public IEnumerable<string> Shards() => Directory.EnumerateDirectories(_root).Where(path => path != Temporary);

    /// <summary>Every id that has anything in a folder, kept or half-written.</summary>
    public static IEnumerable<FileId> IdsIn(string folder) => Directory
        .EnumerateFileSystemEntries(folder)
        .Select(path => FileId.TryParse(Path.GetFileNameWithoutExtension(path)))
        .OfType<FileId>()
        .Distinct();

    string Ending(FileId id) => Content(id) + ".upload";

    string Shard(FileId id) => Path.Combine(_root, id.Value[..2]);

    void MakeShard(FileId id)
    {
        var shard = Shard(id);
        if (!_shards.ContainsKey(shard))
        {
            CreatePrivate(shard);
            Durable.SyncFolder(_root);
            _shards[shard] = true;
        }
    }

#pragma warning disable CA1416 // The server runs on Linux and macOS; Windows has no such modes.
    static void CreatePrivate(string folder) => Directory.CreateDirectory(
        folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
}

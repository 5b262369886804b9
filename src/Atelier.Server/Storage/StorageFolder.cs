using System.Collections.Concurrent;

namespace Atelier.Server.Storage;

/// <summary>
/// Where things are: <c>{root}/{2 hex}/{id}</c> is a content, <c>{id}.json</c> beside it makes it a file, and
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

    public string TemporaryContent(FileId id) => Path.Combine(Temporary, id.Value);

    public string TemporarySidecar(FileId id) => TemporaryContent(id) + SidecarExtension;

    /// <summary>
    /// Moves a written and synced pair to its place; the sidecar comes last, because it makes the file.
    /// </summary>
    public void Publish(FileId id)
    {
        var shard = Shard(id);
        if (!_shards.ContainsKey(shard))
        {
            CreatePrivate(shard);
            Durable.SyncFolder(_root);
            _shards[shard] = true;
        }

        File.Move(TemporaryContent(id), Content(id), overwrite: true);
        File.Move(TemporarySidecar(id), Sidecar(id), overwrite: true);
        Durable.SyncFolder(shard);
    }

    /// <summary>Removes a file; it is gone for readers at once, and its sidecar never stays without content.</summary>
    public void Remove(FileId id)
    {
        if (Directory.Exists(Shard(id)))
        {
            File.Delete(Sidecar(id));
            File.Delete(Content(id));
        }
    }

    public void RemoveTemporary(FileId id)
    {
        File.Delete(TemporaryContent(id));
        File.Delete(TemporarySidecar(id));
    }

    /// <summary>Every id that has anything on disk, kept or half-written. Only the sweep reads folders.</summary>
    public IEnumerable<FileId> Ids() => Directory
        .EnumerateDirectories(_root)
        .SelectMany(Directory.EnumerateFiles)
        .Select(path => FileId.TryParse(Path.GetFileNameWithoutExtension(path)))
        .OfType<FileId>()
        .Distinct();

    string Shard(FileId id) => Path.Combine(_root, id.Value[..2]);

#pragma warning disable CA1416 // The server runs on Linux and macOS; Windows has no such modes.
    static void CreatePrivate(string folder) => Directory.CreateDirectory(
        folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
}

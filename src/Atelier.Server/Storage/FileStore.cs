using System.Text.Json;
using Atelier.Server.Calls;
using Atelier.Server.Hosting;
using Microsoft.Win32.SafeHandles;

namespace Atelier.Server.Storage;

/// <summary>
/// Files in a local folder: a content, and beside it a sidecar that makes it a file. Both are written under temporary
/// names, synced, and renamed; what breaks off in between leaves nothing that anyone can see.
/// </summary>
/// <remarks>
/// Safe from many threads. One process owns the folder; the holder of the data folder's lock is that process.
/// </remarks>
public sealed partial class FileStore
{
    readonly StorageFolder _folder;
    readonly StorageOptions _options;
    readonly TimeProvider _time;
    readonly ILogger<FileStore> _logger;

    // One at a time: two changes of one sidecar would lose one, and there are few.
    readonly Lock _changing = new();

    /// <param name="root">The folder; it is made, for its owner alone, when it is missing.</param>
    public FileStore(string root, StorageOptions options, TimeProvider time, ILogger<FileStore> logger) =>
        (_folder, _options, _time, _logger) = (new(root), options, time, logger);

    internal StorageFolder Folder => _folder;

    internal BusyIds Busy { get; } = new();

    /// <summary>Keeps a file under a new id.</summary>
    public Task<SaveOutcome> AddAsync(NewFile file, Stream content, CancellationToken cancellationToken) =>
        PutAsync(FileId.New(), file, content, cancellationToken);

    /// <summary>Keeps a file under an id that was promised before. An id takes one file, ever.</summary>
    public async Task<SaveOutcome> PutAsync(
        FileId id, NewFile file, Stream content, CancellationToken cancellationToken)
    {
        if (!Busy.TryTake(id))
        {
            return new SaveOutcome.Exists();
        }

        try
        {
            return File.Exists(_folder.Sidecar(id))
                ? new SaveOutcome.Exists()
                : await WriteAsync(id, file, content, cancellationToken);
        }
        catch (IOException fault) when (Durable.IsDiskFull(fault))
        {
            return DiskFull();
        }
        finally
        {
            _folder.RemoveTemporary(id);
            Busy.Release(id);
        }
    }

    /// <summary>The file, or null when there is none or its time is over.</summary>
    public StoredFile? Find(FileId id)
    {
        var file = Read(id);
        return file?.Expires <= _time.GetUtcNow() ? null : file;
    }

    /// <summary>The content for reading and seeking, or null when it was removed meanwhile.</summary>
    public Stream? Open(StoredFile file)
    {
        var id = new FileId(file.Id);
        try
        {
            if (file.Parts is { } parts)
            {
                var content = new PartsStream(parts.Select(part => (_folder.Part(id, part), part.Size)));
                content.OpenPart();
                return content;
            }

            return new FileStream(_folder.Content(id), new FileStreamOptions
            {
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous,
                BufferSize = 0,
            });
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>A nameless file that is gone when it is closed: room for a body before its fate is known.</summary>
    public FileStream OpenScratch() => new(_folder.TemporaryContent(FileId.New()), new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.ReadWrite,
        Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
    });

    /// <summary>Replaces a file's access list; null when the file is gone.</summary>
    /// <exception cref="IOException">The disk is full; the list is what it was.</exception>
    public StoredFile? ChangeAcl(FileId id, FileAcl acl)
    {
        lock (_changing)
        {
            if (Find(id) is not { } file)
            {
                return null;
            }

            var changed = file with { Acl = acl };
            ReplaceSidecar(id, changed);
            return changed;
        }
    }

    /// <summary>Puts a sidecar in its place, whole and synced: it makes a file, or replaces what was known of it.</summary>
    internal void ReplaceSidecar(FileId id, StoredFile file)
    {
        var temporary = FileId.New();
        Busy.TryTake(temporary);
        try
        {
            WriteSidecar(temporary, file);
            _folder.PublishSidecar(temporary, id);
        }
        finally
        {
            _folder.RemoveTemporary(temporary);
            Busy.Release(temporary);
        }
    }

    /// <summary>Whether the disk has room for so many bytes now; what is being written beside it is not counted.</summary>
    internal bool HasRoomFor(long bytes) => new DriveInfo(_folder.Temporary).AvailableFreeSpace >= bytes;

    /// <summary>The record of a file that begins to exist now.</summary>
    internal StoredFile Describe(FileId id, NewFile file, ReadOnlySpan<byte> head, long size, string sha256)
    {
        var now = _time.GetUtcNow();
        return new(
            id.Value,
            ContentTypes.Of(file.ContentType, head),
            FileName.ForPeople(file.FileName),
            size,
            file.AccountId,
            now,
            now + (file.Expiration ?? _options.DefaultExpiration),
            sha256,
            file.Acl);
    }

    /// <summary>Writes and syncs a body under a temporary name; null when it went well.</summary>
    internal async Task<SaveOutcome?> WriteContentAsync(
        FileId temporary, IncomingBody body, CancellationToken cancellationToken)
    {
        using var handle = Create(_folder.TemporaryContent(temporary));
        return await body.CopyToAsync(handle, cancellationToken);
    }

    internal IncomingBody Body(Stream content, long limitBytes) =>
        new(content, limitBytes, _options.UploadStallTimeout, _time);

    /// <summary>A full disk is told to the log once, here, and to the caller by the outcome.</summary>
    internal SaveOutcome DiskFull()
    {
        Log.DiskFull(_logger);
        return new SaveOutcome.DiskFull();
    }

    internal StoredFile? Read(FileId id)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(_folder.Sidecar(id)), StorageJson.Default.StoredFile);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            // Damage, not a broken upload: a sidecar is synced before it gets its name. Kept for its owner to look at.
            Log.Unreadable(_logger, id.Value);
            return null;
        }
    }

    async Task<SaveOutcome> WriteAsync(FileId id, NewFile file, Stream content, CancellationToken cancellationToken)
    {
        var body = Body(content, file.LimitBytes);
        if (await WriteContentAsync(id, body, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var stored = Describe(id, file, body.Head, body.Size, body.Sha256);
        WriteSidecar(id, stored);
        _folder.Publish(id);
        return new SaveOutcome.Saved(stored);
    }

    void WriteSidecar(FileId temporary, StoredFile file)
    {
        using var handle = Create(_folder.TemporarySidecar(temporary));
        RandomAccess.Write(handle, JsonSerializer.SerializeToUtf8Bytes(file, StorageJson.Default.StoredFile), 0);
        RandomAccess.FlushToDisk(handle);
    }

    // Readable by the owner alone, because the folder is.
    static SafeFileHandle Create(string path) => File.OpenHandle(path, FileMode.Create, FileAccess.Write);

    static partial class Log
    {
        [LoggerMessage(1503, LogLevel.Error, "What is known of file {Id} cannot be read; it is not served.")]
        public static partial void Unreadable(ILogger logger, string id);

        [LoggerMessage(1502, LogLevel.Error, "The disk is full: a file was refused.")]
        public static partial void DiskFull(ILogger logger);
    }
}

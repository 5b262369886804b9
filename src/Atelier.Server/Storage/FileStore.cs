using System.Collections.Concurrent;
using System.Text.Json;
using Atelier.Server.Calls;
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

    // Ids that are being written or removed now; whoever adds one owns it until it is taken out again.
    readonly ConcurrentDictionary<FileId, bool> _busy = new();

    /// <param name="root">The folder; it is made, for its owner alone, when it is missing.</param>
    public FileStore(string root, StorageOptions options, TimeProvider time, ILogger<FileStore> logger) =>
        (_folder, _options, _time, _logger) = (new(root), options, time, logger);

    /// <summary>Keeps a file under a new id.</summary>
    public Task<SaveOutcome> AddAsync(NewFile file, Stream content, CancellationToken cancellationToken) =>
        PutAsync(FileId.New(), file, content, cancellationToken);

    /// <summary>Keeps a file under an id that was promised before. An id takes one file, ever.</summary>
    public async Task<SaveOutcome> PutAsync(
        FileId id, NewFile file, Stream content, CancellationToken cancellationToken)
    {
        if (!_busy.TryAdd(id, true))
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
            Log.DiskFull(_logger);
            return new SaveOutcome.DiskFull();
        }
        finally
        {
            _folder.RemoveTemporary(id);
            _busy.TryRemove(id, out _);
        }
    }

    /// <summary>Keeps a file that an app made; the <see cref="SaveFile"/> of this server.</summary>
    /// <exception cref="IOException">It is over the limit, or the disk is full.</exception>
    public async Task<SavedFile> SaveAsync(
        CallRights rights, Stream content, string contentType, string fileName, CancellationToken cancellationToken)
    {
        var outcome = await AddAsync(OutputOf(rights, contentType, fileName), content, cancellationToken);
        return outcome is SaveOutcome.Saved(var file)
            ? new(file.Url(rights.FilesBaseUrl), file.ContentType, file.FileName, file.Size)
            : throw new IOException($"An output file was not kept: {outcome.GetType().Name}.");
    }

    /// <summary>The file, or null when there is none or its time is over.</summary>
    public StoredFile? Find(FileId id)
    {
        var file = Read(id);
        return file?.Expires <= _time.GetUtcNow() ? null : file;
    }

    /// <summary>The content for reading, or null when it was removed meanwhile.</summary>
    public FileStream? Open(StoredFile file)
    {
        try
        {
            return new(_folder.Content(new(file.Id)), new FileStreamOptions
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

    /// <summary>Removes what is expired and what broken uploads left; answers how many ids it removed.</summary>
    /// <remarks>
    /// An id that is being written is left alone. An open scratch file loses its name, which it does not need.
    /// </remarks>
    public int Sweep(CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var id in _folder.Ids())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_busy.TryAdd(id, true))
            {
                continue;
            }

            try
            {
                _folder.RemoveTemporary(id);
                if (!File.Exists(_folder.Sidecar(id)) || Read(id)?.Expires <= _time.GetUtcNow())
                {
                    _folder.Remove(id);
                    removed++;
                }
            }
            finally
            {
                _busy.TryRemove(id, out _);
            }
        }

        if (removed > 0)
        {
            Log.Swept(_logger, removed);
        }

        return removed;
    }

    internal NewFile OutputOf(CallRights rights, string? contentType, string? fileName)
    {
        // The preference was checked when the request came in; a result is not thrown away for it now.
        var expiration = ObjectLifecycle.TryParse(rights.LifecyclePreference, out var lifecycle, out _)
            ? lifecycle.Expiration
            : null;
        return new(rights.AccountId, contentType, fileName, expiration, _options.OutputMaxBytes);
    }

    async Task<SaveOutcome> WriteAsync(FileId id, NewFile file, Stream content, CancellationToken cancellationToken)
    {
        var body = new IncomingBody(content, file.LimitBytes, _options.UploadStallTimeout, _time);
        using (var handle = Create(_folder.TemporaryContent(id)))
        {
            if (await body.CopyToAsync(handle, cancellationToken) is { } refusal)
            {
                return refusal;
            }

            RandomAccess.FlushToDisk(handle);
        }

        var now = _time.GetUtcNow();
        var stored = new StoredFile(
            id.Value,
            ContentTypes.Of(file.ContentType, body.Head),
            FileName.ForPeople(file.FileName),
            body.Size,
            file.AccountId,
            now,
            now + (file.Expiration ?? _options.DefaultExpiration),
            body.Sha256);
        using (var handle = Create(_folder.TemporarySidecar(id)))
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(stored, StorageJson.Default.StoredFile);
            await RandomAccess.WriteAsync(handle, json, 0, CancellationToken.None);
            RandomAccess.FlushToDisk(handle);
        }

        _folder.Publish(id);
        return new SaveOutcome.Saved(stored);
    }

    StoredFile? Read(FileId id)
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

    // Readable by the owner alone, because the folder is.
    static SafeFileHandle Create(string path) =>
        File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.Asynchronous);

    static partial class Log
    {
        [LoggerMessage(1501, LogLevel.Information, "Removed {Count} expired or half-written files.")]
        public static partial void Swept(ILogger logger, int count);

        [LoggerMessage(1503, LogLevel.Error, "What is known of file {Id} cannot be read; it is not served.")]
        public static partial void Unreadable(ILogger logger, string id);

        [LoggerMessage(1502, LogLevel.Error, "The disk is full: a file was refused.")]
        public static partial void DiskFull(ILogger logger);
    }
}

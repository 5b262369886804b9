using System.Collections.Concurrent;
using System.Security.Cryptography;
using Atelier.Server.Hosting;

namespace Atelier.Server.Storage;

/// <summary>
/// Uploads in parts. A part is a file of its own from the moment it is whole and synced, and stays that file: completing
/// an upload writes the list of its parts as the sidecar and copies nothing, however large the parts are.
/// </summary>
/// <remarks>Safe from many threads; changes of one upload wait for one another, the bodies of its parts do not.</remarks>
sealed class PartStore(FileStore files, StorageOptions options)
{
    // Uploads that have parts and are not complete. What is not here is read from its folder by whoever enters it.
    readonly ConcurrentDictionary<FileId, PartialUpload> _uploads = new();

    StorageFolder Folder => files.Folder;

    /// <summary>Keeps one part; a part that was there under its number is replaced.</summary>
    public async Task<SaveOutcome> PutAsync(
        MultipartTicket ticket, int number, Stream content, CancellationToken cancellationToken)
    {
        var temporary = FileId.New();
        files.Busy.TryTake(temporary);
        try
        {
            var body = files.Body(content, Math.Min(options.PartMaxBytes, ticket.LimitBytes));
            if (await files.WriteContentAsync(temporary, body, cancellationToken) is { } refusal)
            {
                return refusal;
            }

            // An empty part is a client's mistake: the Python client sent them in place of the rest of a file.
            return body.Size == 0
                ? new SaveOutcome.Invalid($"Part {number} is empty.")
                : await PublishAsync(ticket, new(number, body.Size, body.Sha256), temporary);
        }
        catch (IOException fault) when (Durable.IsDiskFull(fault))
        {
            return files.DiskFull();
        }
        finally
        {
            Folder.RemoveTemporary(temporary);
            files.Busy.Release(temporary);
        }
    }

    /// <summary>Makes the file of the named parts; those that are not named are removed. A repeat answers the same.</summary>
    public async Task<SaveOutcome> CompleteAsync(
        MultipartTicket ticket, IReadOnlyList<NamedPart> named, CancellationToken cancellationToken)
    {
        var id = new FileId(ticket.Id);
        var upload = await EnterAsync(id, cancellationToken);
        try
        {
            if (files.Read(id) is { } existing)
            {
                return IsOf(existing, named) ? new SaveOutcome.Saved(existing) : new SaveOutcome.Completed();
            }

            var (parts, problem) = Choose(upload, named);
            if (problem is not null)
            {
                return new SaveOutcome.Invalid(problem);
            }

            var file = files.Describe(id, ticket.File, Head(id, parts[0]), parts.Sum(part => part.Size), TagOf(parts)) with
            {
                Parts = parts,
            };
            files.ReplaceSidecar(id, file);
            Folder.RemoveUploadEnd(id);
            Folder.KeepParts(id, parts);
            upload.Clear();
            return new SaveOutcome.Saved(file);
        }
        catch (IOException fault) when (Durable.IsDiskFull(fault))
        {
            return files.DiskFull();
        }
        finally
        {
            Leave(id, upload);
        }
    }

    /// <summary>The parts that are there; what a sender that lost its place needs to know.</summary>
    public async Task<IReadOnlyList<StoredPart>> ListAsync(FileId id, CancellationToken cancellationToken)
    {
        var upload = await EnterAsync(id, cancellationToken);
        try
        {
            return [.. upload.Parts];
        }
        finally
        {
            Leave(id, upload);
        }
    }

    /// <summary>Removes an upload's parts; nothing when it is complete.</summary>
    public async Task AbortAsync(FileId id, CancellationToken cancellationToken)
    {
        var upload = await EnterAsync(id, cancellationToken);
        try
        {
            if (!File.Exists(Folder.Sidecar(id)))
            {
                Folder.Remove(id);
                upload.Clear();
            }
        }
        finally
        {
            Leave(id, upload);
        }
    }

    /// <summary>Nothing more will be asked of this upload.</summary>
    public void Forget(FileId id) => _uploads.TryRemove(id, out _);

    // Not cancelled any more: the bytes are here, and the sender should hear of it.
    async Task<SaveOutcome> PublishAsync(MultipartTicket ticket, StoredPart part, FileId temporary)
    {
        var id = new FileId(ticket.Id);
        var upload = await EnterAsync(id, CancellationToken.None);
        try
        {
            if (File.Exists(Folder.Sidecar(id)))
            {
                return new SaveOutcome.Completed();
            }

            if (upload.SizeWith(part) > ticket.LimitBytes)
            {
                return new SaveOutcome.TooLarge(ticket.LimitBytes);
            }

            Folder.OpenUpload(id, ticket.ValidUntil);
            Folder.PublishPart(temporary, id, part, upload.Find(part.Number));
            upload.Put(part);
            return new SaveOutcome.PartKept(part);
        }
        finally
        {
            Leave(id, upload);
        }
    }

    // Whoever waited for an upload that was left without parts begins anew: it is not the listed one any more.
    async Task<PartialUpload> EnterAsync(FileId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var upload = _uploads.GetOrAdd(id, missing => PartialUpload.Load(Folder.Parts(missing)));
            await upload.Gate.WaitAsync(cancellationToken);
            if (_uploads.TryGetValue(id, out var listed) && ReferenceEquals(listed, upload))
            {
                return upload;
            }

            upload.Gate.Release();
        }
    }

    // Without parts there is nothing to remember, so that asking for uploads that never began costs no memory.
    void Leave(FileId id, PartialUpload upload)
    {
        if (upload.Parts.Count == 0)
        {
            _uploads.TryRemove(id, out _);
        }

        upload.Gate.Release();
    }

    byte[] Head(FileId id, StoredPart first)
    {
        using var handle = File.OpenHandle(Folder.Part(id, first));
        var head = new byte[Math.Min(first.Size, IncomingBody.HeadLength)];
        return head[..RandomAccess.Read(handle, head, 0)];
    }

    static (IReadOnlyList<StoredPart> Parts, string? Problem) Choose(
        PartialUpload upload, IReadOnlyList<NamedPart> named)
    {
        var chosen = new List<StoredPart>(named.Count);
        foreach (var wanted in named.OrderBy(part => part.Number))
        {
            if (upload.Find(wanted.Number) is not { } part)
            {
                return ([], $"Part {wanted.Number} was not uploaded.");
            }

            if (wanted.Sha256 != part.Sha256)
            {
                return ([], $"Part {wanted.Number} was uploaded with the ETag {part.ETag}, and is named with another one.");
            }

            if (chosen is [.., var last] && last.Number == part.Number)
            {
                return ([], $"Part {wanted.Number} is named twice.");
            }

            chosen.Add(part);
        }

        return (chosen, chosen.Count == 0 ? "The list of parts is empty." : null);
    }

    static bool IsOf(StoredFile file, IReadOnlyList<NamedPart> named) =>
        file.Parts is { } parts
        && parts.Select(part => new NamedPart(part.Number, part.Sha256)).SequenceEqual(named.OrderBy(part => part.Number));

    static string TagOf(IReadOnlyList<StoredPart> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(Convert.FromHexString(part.Sha256));
        }

        return $"{Convert.ToHexStringLower(hash.GetHashAndReset())}-{parts.Count}";
    }
}

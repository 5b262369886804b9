using Atelier.Server.Calls;

namespace Atelier.Server.Storage;

/// <summary>Files that apps make, kept in the name of the request's caller and as the caller, or its key, wishes.</summary>
sealed class OutputFiles(FileStore store, KeyLifecycles settings, StorageOptions options)
{
    /// <summary>What such a file will be.</summary>
    public NewFile Describe(CallRights rights, string? contentType, string? fileName)
    {
        // The preference was checked when the request came in; a result is not thrown away for it now.
        var lifecycle = ObjectLifecycle.TryParse(rights.LifecyclePreference, out var wished, out _)
            ? wished
            : ObjectLifecycle.Default;
        var (expiration, acl) = lifecycle.Or(settings.Of(rights.KeyId));
        return new(rights.AccountId, contentType, fileName, expiration, options.OutputMaxBytes, acl);
    }

    /// <summary>Keeps one; the <see cref="SaveFile"/> of this server.</summary>
    /// <exception cref="IOException">It is over the limit, or the disk is full.</exception>
    public async Task<SavedFile> SaveAsync(
        CallRights rights, Stream content, string contentType, string fileName, CancellationToken cancellationToken)
    {
        var outcome = await store.AddAsync(Describe(rights, contentType, fileName), content, cancellationToken);
        return outcome is SaveOutcome.Saved(var file)
            ? new(file.Url(rights.FilesBaseUrl), file.ContentType, file.FileName, file.Size)
            : throw new IOException($"An output file was not kept: {outcome.GetType().Name}.");
    }
}

using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Atelier.Server.Packs.Npm;

namespace Atelier.Server.Packs;

/// <summary>
/// Fetches files into the cache's <c>downloads</c> folder, named by the hash they must have. A broken download goes on
/// where it stopped, also after a restart; what is complete there has been verified.
/// </summary>
sealed partial class PackDownloads(
    PackHttp http,
    NpmRegistry npm,
    PackOptions options,
    PackEnvironment environment,
    TimeProvider time,
    ILogger<PackDownloads> logger)
{
    const int BlockBytes = 128 * 1024;

    // News comes at most once in so many bytes, and at the end.
    const int NewsBytes = 1024 * 1024;

    readonly string _folder = Path.Combine(environment.PackFolder(options), "downloads");

    // Downloads that a pull of this process still needs, by id: two packs may share one tarball.
    readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);

    /// <summary>
    /// Keeps downloads until the returned value is disposed; then they are deleted, if nobody else holds them.
    /// </summary>
    public IDisposable Hold(IEnumerable<PackDownload> downloads)
    {
        string[] ids = [.. downloads.Select(download => download.Hash.Id)];
        lock (_held)
        {
            foreach (var id in ids)
            {
                _held[id] = _held.GetValueOrDefault(id) + 1;
            }
        }

        return new Held(this, ids);
    }

    /// <summary>The download as a verified file, under a lock between processes until the result is disposed.</summary>
    /// <param name="progress">Takes the bytes that are there.</param>
    public async Task<FetchedFile> FetchAsync(
        PackDownload download, Action<long> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        var path = Path.Combine(_folder, download.Hash.Id);
        IDisposable? taken = await FileLock.TakeAsync(path + ".lock", time, cancellationToken);
        try
        {
            if (!File.Exists(path) || !await download.Hash.MatchesAsync(path, cancellationToken))
            {
                await FetchWithRetriesAsync(download, path, progress, cancellationToken);
            }

            progress(download.Bytes);
            var fetched = new FetchedFile(path, taken);
            taken = null;
            return fetched;
        }
        finally
        {
            taken?.Dispose();
        }
    }

    async Task FetchWithRetriesAsync(
        PackDownload download, string path, Action<long> progress, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(options.RetrySeconds);
        for (var attempt = 1; ; attempt++, pause *= 2)
        {
            try
            {
                await FetchOnceAsync(download, path + ".part", progress, cancellationToken);
                File.Move(path + ".part", path, overwrite: true);
                File.Delete(path + ".tag");
                return;
            }
            catch (PackTransferException error) when (attempt < options.Tries)
            {
                Log.TryingAgain(logger, download.FileName, attempt, options.Tries, error.Message);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    async Task FetchOnceAsync(
        PackDownload download, string partPath, Action<long> progress, CancellationToken cancellationToken)
    {
        var resumed = false;
        await using (var part = new FileStream(partPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            using var hash = download.Hash.Begin();
            var have = await HashWhatIsThereAsync(part, download, hash, cancellationToken);
            resumed = have > 0;
            if (have < download.Bytes)
            {
                await AppendAsync(download, part, hash, have, progress, cancellationToken);
            }

            await PackFiles.SyncAsync(part, cancellationToken);
            if (download.Hash.Matches(hash))
            {
                return;
            }
        }

        File.Delete(partPath);
        throw resumed
            ? new PackTransferException("a resumed download did not fit together")
            : new PackRefusedException($"the download {download.FileName} is not the one that the manifest names");
    }

    static async Task<long> HashWhatIsThereAsync(
        FileStream part, PackDownload download, IncrementalHash hash, CancellationToken cancellationToken)
    {
        if (part.Length > download.Bytes)
        {
            part.SetLength(0);
        }

        var block = new byte[BlockBytes];
        while (await part.ReadAsync(block, cancellationToken) is > 0 and var read)
        {
            hash.AppendData(block, 0, read);
        }

        return part.Position;
    }

    async Task AppendAsync(
        PackDownload download,
        FileStream part,
        IncrementalHash hash,
        long have,
        Action<long> progress,
        CancellationToken cancellationToken)
    {
        var tagPath = Path.ChangeExtension(part.Name, ".tag");
        using var request = new HttpRequestMessage(HttpMethod.Get, await AddressAsync(download, cancellationToken));
        request.Headers.AcceptEncoding.ParseAdd("identity");
        if (have > 0)
        {
            request.Headers.Range = new(have, null);
            if (File.Exists(tagPath))
            {
                var tag = await File.ReadAllTextAsync(tagPath, cancellationToken);
                request.Headers.TryAddWithoutValidation("If-Range", tag);
            }
        }

        using var answer = await http.SendAsync(request, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            part.SetLength(0);
            throw new PackTransferException("its source has no such range");
        }

        PackHttp.DemandSuccess(answer, "its source");
        if (answer.StatusCode is not HttpStatusCode.PartialContent || answer.Content.Headers.ContentRange?.From != have)
        {
            // The whole file, because ranges are not known there or the file is another one now.
            part.SetLength(0);
            hash.GetHashAndReset();
            have = 0;
            if (answer.StatusCode is HttpStatusCode.PartialContent)
            {
                throw new PackTransferException("its source sent another range than was asked for");
            }
        }

        await KeepTagAsync(answer, tagPath, cancellationToken);
        await CopyAsync(answer, download, part, hash, have, progress, cancellationToken);
    }

    async Task CopyAsync(
        HttpResponseMessage answer,
        PackDownload download,
        FileStream part,
        IncrementalHash hash,
        long have,
        Action<long> progress,
        CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var block = new byte[BlockBytes];
        var told = have;
        progress(have);
        while (await http.ReadAsync(body, block, cancellationToken) is > 0 and var read)
        {
            have += read;
            if (have > download.Bytes)
            {
                part.SetLength(0);
                throw new PackRefusedException($"the download {download.FileName} is larger than the manifest says");
            }

            hash.AppendData(block, 0, read);
            await part.WriteAsync(block.AsMemory(0, read), cancellationToken);
            if (have - told >= NewsBytes)
            {
                told = have;
                progress(have);
            }
        }

        if (have < download.Bytes)
        {
            throw new PackTransferException("the connection to its source ended early");
        }
    }

    // A later range must be of the same file. Weak tags do not promise that byte for byte.
    static async Task KeepTagAsync(HttpResponseMessage answer, string path, CancellationToken cancellationToken)
    {
        var tag = answer.Headers.ETag is { IsWeak: false } strong
            ? strong.Tag
            : answer.Content.Headers.LastModified?.ToString("r");
        if (tag is not null)
        {
            await File.WriteAllTextAsync(path, tag, cancellationToken);
        }
        else
        {
            File.Delete(path);
        }
    }

    async Task<Uri> AddressAsync(PackDownload download, CancellationToken cancellationToken) => download.Origin switch
    {
        PackOrigin.Npm package => await npm.TarballAsync(package, download.Hash.ToString(), cancellationToken),
        PackOrigin.Https file => file.Address,
        PackOrigin.HuggingFace repository => InRepository(repository, download.Path!),
        _ => throw new UnreachableException(),
    };

    Uri InRepository(PackOrigin.HuggingFace repository, string path)
    {
        var host = (environment.Get("HF_ENDPOINT") ?? "https://huggingface.co").TrimEnd('/');
        var escaped = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        return new($"{host}/{repository.Repository}/resolve/{repository.Commit}/{escaped}");
    }

    void Release(string[] ids)
    {
        List<string> free = [];
        lock (_held)
        {
            foreach (var id in ids)
            {
                if (--_held[id] == 0)
                {
                    _held.Remove(id);
                    free.Add(id);
                }
            }
        }

        foreach (var path in free.Select(id => Path.Combine(_folder, id)).Where(File.Exists))
        {
            // Busy means that another process reads it, and will delete it.
            using var taken = FileLock.TryTake(path + ".lock");
            if (taken is not null)
            {
                File.Delete(path);
            }
        }
    }

    sealed class Held(PackDownloads owner, string[] ids) : IDisposable
    {
        public void Dispose() => owner.Release(ids);
    }

    static partial class Log
    {
        [LoggerMessage(1701, LogLevel.Warning, "The download {File} failed in try {Attempt} of {Tries}: {Reason}.")]
        public static partial void TryingAgain(ILogger logger, string file, int attempt, int tries, string reason);
    }
}

/// <summary>A verified download, locked against deletion by other processes until it is disposed.</summary>
sealed record FetchedFile(string Path, IDisposable Lock) : IDisposable
{
    public void Dispose() => Lock.Dispose();
}

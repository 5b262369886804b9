using Atelier.Cli.Targets;

namespace Atelier.Cli.Output;

/// <summary>Saves the files of a result.</summary>
sealed class Downloads(Target target, Terminal terminal)
{
    /// <summary>Saves every file and answers them in the result's order.</summary>
    public async Task<IReadOnlyList<SavedFile>> SaveAsync(
        IReadOnlyList<MediaFile> files, OutputPath output, CancellationToken cancellationToken)
    {
        List<SavedFile> saved = [];
        foreach (var (file, path) in files.Zip(output.For(files)))
        {
            if (!output.Force && File.Exists(path))
            {
                throw OutputPath.Exists(path);
            }

            var bytes = await SaveOneAsync(file, path, output.Force, cancellationToken);
            saved.Add(new(path, bytes));
            // On a terminal the summary says it.
            if (terminal.WritesJson)
            {
                terminal.Note($"Saved {ControlText.Escape(path)} ({Sizes.Format(bytes)})");
            }
        }

        return saved;
    }

    async Task<long> SaveOneAsync(MediaFile file, string path, bool force, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        // Beside its end, so that the rename stays within one file system; hidden, so that nobody opens half a file.
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}.part");
        try
        {
            long length;
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                await CopyAsync(file, stream, cancellationToken);
                length = stream.Length;
                await stream.FlushAsync(cancellationToken);
            }

            MoveTo(temporary, path, force);
            return length;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    static void MoveTo(string temporary, string path, bool force)
    {
        try
        {
            File.Move(temporary, path, force);
        }
        catch (IOException) when (!force && File.Exists(path))
        {
            throw OutputPath.Exists(path);
        }
    }

    async Task CopyAsync(MediaFile file, Stream to, CancellationToken cancellationToken)
    {
        if (file.IsData)
        {
            await to.WriteAsync(DataUri.Decode(file.Url), cancellationToken);
            return;
        }

        using var answer = await target.Client.Storage.DownloadAsync(new(file.Url), cancellationToken);
        await using var from = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await from.CopyToAsync(to, cancellationToken);
        // A connection that broke off cleanly would otherwise pass for a whole file.
        if (answer.Content.Headers.ContentLength is { } expected && expected != to.Length)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The download ended too early.");
        }
    }
}

using Atelier.Cli.Output;
using Atelier.Cli.Targets;
using Atelier.Client;

namespace Atelier.Cli.Generate;

/// <summary>Sends local files to the target's file store.</summary>
static class Uploads
{
    public static async Task<string> SendAsync(
        Target target, Terminal terminal, string path, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new CliException(ExitCode.Usage, $"{ControlText.Escape(path)}: no such file.");
        }

        if (target.IsFal && file.Length > StorageClient.FalUploadMaxBytes)
        {
            throw new CliException(
                ExitCode.Usage,
                $"{file.Name} has {Sizes.Format(file.Length)}; one upload to fal.ai takes at most 100 MiB.");
        }

        terminal.Note($"Uploading {ControlText.Escape(file.Name)} ({Sizes.Format(file.Length)})…");
        return await target.Client.Storage.UploadAsync(
            file.OpenRead, file.Name, MediaTypes.OfFile(file.Name), lifetime, cancellationToken);
    }
}

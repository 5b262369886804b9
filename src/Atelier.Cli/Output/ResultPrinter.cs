using System.Globalization;
using Atelier.Cli.Targets;
using Atelier.Client;

namespace Atelier.Cli.Output;

/// <summary>Shows a result: the model's JSON for programs, a few lines for people; saves its files.</summary>
static class ResultPrinter
{
    public static async Task PrintAsync(
        CommandContext context, Target target, FalResponse result, OutputPath? output, TimeSpan? took,
        CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var files = MediaFile.FindAll(result.Body);
        if (result.Model is { } model)
        {
            terminal.Note($"Model: {ControlText.Escape(model)}");
        }

        IReadOnlyList<SavedFile> saved = [];
        if (output is not null && files.Count > 0)
        {
            saved = await new Downloads(target, terminal).SaveAsync(files, output, cancellationToken);
        }

        // The document comes even when there was nothing to save: the work was done, and may have been paid for.
        if (terminal.WritesJson || files.Count is 0)
        {
            terminal.Document(result.Body);
        }
        else
        {
            for (var index = 0; index < files.Count; index++)
            {
                terminal.Result(Summary(files[index], saved.ElementAtOrDefault(index), took));
            }
        }

        if (output is not null && files.Count is 0)
        {
            throw new CliException(ExitCode.Failed, "--output: the result holds no file; nothing was saved.");
        }
    }

    static string Summary(MediaFile file, SavedFile? saved, TimeSpan? took)
    {
        var place = saved?.Path ?? (file.IsData ? $"{file.SafeName} (inside the result; save it with --output)" : file.Url);
        List<string> facts = [];
        if (file is { Width: { } width, Height: { } height })
        {
            facts.Add($"{width}×{height}");
        }

        if (saved is not null)
        {
            facts.Add(Sizes.Format(saved.Bytes));
        }

        if (took is { } time)
        {
            facts.Add($"Generated in {time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)}s");
        }

        var line = ControlText.Escape(place);
        return facts.Count is 0 ? line : $"{line}\n• {string.Join(" | ", facts)}";
    }
}

using System.CommandLine;
using Atelier.Cli.Generate;
using Atelier.Cli.Output;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier upload FILE…</c>: prints one URL a line and nothing else, also in a pipe.</summary>
static class UploadCommand
{
    public static Command Create(CliHost host)
    {
        var paths = new Argument<string[]>("file")
        {
            Description = "Local files.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var file = new Option<string[]>("--file") { Description = "A local file.", HelpName = "PATH" };
        var lifecycle = new Option<double?>("--lifecycle")
        {
            Description = "The file expires after N seconds.",
            HelpName = "N",
        };
        var command = new Command("upload", "Upload files and print their URLs.") { paths, file, lifecycle };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var context = CommandContext.Of(host, parsed);
            string[] all = [.. parsed.GetValue(paths) ?? [], .. parsed.GetValue(file) ?? []];
            var lifetime = parsed.GetValue(lifecycle) is { } seconds
                ? EndpointArgument.Seconds("--lifecycle", seconds)
                : (TimeSpan?)null;
            return await RunAsync(context, all, lifetime, cancellationToken);
        });
        return command;
    }

    static async Task<int> RunAsync(
        CommandContext context, string[] paths, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        if (paths is [])
        {
            throw new CliException(ExitCode.Usage, "upload needs a file.", "atelier upload photo.jpg");
        }

        if (paths.FirstOrDefault(path => !File.Exists(path)) is { } missing)
        {
            throw new CliException(ExitCode.Usage, $"{ControlText.Escape(missing)}: no such file.");
        }

        using var target = await context.TargetAsync(cancellationToken);
        List<string> urls = [];
        foreach (var path in paths)
        {
            var url = await Uploads.SendAsync(target, context.Terminal, path, lifetime, cancellationToken);
            urls.Add(url);
            if (!context.Terminal.JsonAsked)
            {
                context.Terminal.Result(ControlText.Escape(url));
            }
        }

        if (context.Terminal.JsonAsked)
        {
            context.Terminal.Document(writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("urls");
                urls.ForEach(writer.WriteStringValue);
                writer.WriteEndArray();
                writer.WriteEndObject();
            });
        }

        return ExitCode.Done;
    }
}

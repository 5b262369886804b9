using System.CommandLine;
using Atelier.Cli.Commands;

namespace Atelier.Cli;

/// <summary>All commands, and how their ends become exit codes.</summary>
static class CommandLine
{
    public static RootCommand Create(CliHost host)
    {
        var root = new RootCommand("Generative media on your own machine, or on fal.ai: one command line for both.");
        CommonFlags.AddTo(root);
        foreach (var command in (Command[])
        [
            ServeCommand.Create(), StopCommand.Create(host), new GenerateCommand(host).Create(),
            UploadCommand.Create(host), SubmitCommand.Create(host), StatusCommand.Create(host),
            ResultCommand.Create(host), CancelCommand.Create(host), ModelsCommand.Create(host),
            SchemaCommand.Create(host), KeysCommand.Create(host), ConfigCommand.Create(host),
            EnvCommand.Create(host),
        ])
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    /// <summary>Parses and runs; every expected end is a sentence on stderr and an exit code.</summary>
    public static async Task<int> RunAsync(
        CliHost host, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            if (arguments is ["serve", ..] && !arguments.Any(word => word is "--help" or "-h" or "-?"))
            {
                return ServeCommand.Become(host, [.. arguments.Skip(1)]);
            }

            var parsed = Create(host).Parse(arguments);
            if (arguments is [])
            {
                // Not an answer but a reminder: people read stderr, and a script learns that it asked for nothing.
                await Create(host).Parse(["--help"]).InvokeAsync(new() { Output = host.Error }, cancellationToken);
                return ExitCode.Usage;
            }

            if (parsed.Errors is [var first, ..] && parsed.Action is not System.CommandLine.Help.HelpAction)
            {
                throw new CliException(
                    ExitCode.Usage, OneLine(first.Message), $"See: {Usage(host.Command, parsed.CommandResult)} --help");
            }

            // No exit handler of the library's: Program turns signals into the token.
            return await parsed.InvokeAsync(
                new()
                {
                    Output = host.Out,
                    Error = host.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await host.Error.WriteLineAsync("Interrupted.");
            return ExitCode.Interrupted;
        }
#pragma warning disable CA1031 // The command line's one catch-all; Failure rethrows what it does not know.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return await Failure.ReportAsync(host, fault);
        }
    }

    // The library lists allowed values one a line.
    static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));

    static string Usage(string program, System.CommandLine.Parsing.CommandResult result)
    {
        var name = result.Command.Name;
        return result.Parent is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } parent
            ? $"{program} {parent.Command.Name} {name}"
            : result.Command is RootCommand ? program : $"{program} {name}";
    }
}

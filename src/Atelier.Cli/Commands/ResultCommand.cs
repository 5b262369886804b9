using System.CommandLine;
using Atelier.Cli.Output;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier result [MODEL] ID</c>: what a finished request made.</summary>
static class ResultCommand
{
    public static Command Create(CliHost host)
    {
        var request = new RequestArgument();
        var output = new OutputFlags();
        var command = new Command("result", "Show or save a finished request's result.");
        request.AddTo(command);
        output.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            CommandContext.Of(host, parsed), request.Read(parsed), output.Read(parsed), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        CommandContext context, RequestName request, OutputPath? output, CancellationToken cancellationToken)
    {
        using var target = await context.TargetAsync(cancellationToken);
        var result = await target.Client.Queue.ResultAsync(
            request.EndpointAt(target), request.Id, cancellationToken);
        await ResultPrinter.PrintAsync(context, target, result, output, took: null, cancellationToken);
        return ExitCode.Done;
    }
}

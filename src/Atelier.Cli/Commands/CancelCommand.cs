using System.CommandLine;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier cancel [MODEL] ID</c>: ends a request that has not finished.</summary>
static class CancelCommand
{
    public static Command Create(CliHost host)
    {
        var request = new RequestArgument();
        var command = new Command("cancel", "Cancel a request.");
        request.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            CommandContext.Of(host, parsed), request.Read(parsed), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        CommandContext context, RequestName request, CancellationToken cancellationToken)
    {
        using var target = await context.TargetAsync(cancellationToken);
        var answer = await target.Client.Queue.CancelAsync(request.EndpointAt(target), request.Id, cancellationToken);
        if (context.Terminal.WritesJson)
        {
            context.Terminal.Document(answer.Body);
        }
        else
        {
            context.Terminal.Result($"Cancellation of {request.Id} requested.");
        }

        return ExitCode.Done;
    }
}

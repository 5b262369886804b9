using System.CommandLine;
using Atelier.Cli.Targets;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier stop</c>: ends the server of the data folder, or the one named by <c>--server</c>.</summary>
static class StopCommand
{
    public static Command Create(CliHost host)
    {
        var command = new Command("stop", "Stop the server; its queue keeps what waits.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var context = CommandContext.Of(host, parsed);
            var stopped = new CliSettings(host).Server(context.Flags.Server).Server is "local"
                ? await new LocalServer(host, context.Terminal, UserFolders.Data(host, context.Flags.Data))
                    .StopAsync(cancellationToken)
                : await StopRemoteAsync(context, cancellationToken);
            if (context.Terminal.WritesJson)
            {
                context.Terminal.Document(writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteBoolean("stopped", stopped);
                    writer.WriteEndObject();
                });
            }
            else
            {
                context.Terminal.Result(stopped ? "Stopped." : "No server was running.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    static async Task<bool> StopRemoteAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var target = await context.TargetAsync(cancellationToken);
        if (target.IsFal)
        {
            throw new CliException(ExitCode.Usage, "fal.ai is not ours to stop.");
        }

        await target.Client.Platform.CallAsync(HttpMethod.Post, "server/stop", null, cancellationToken);
        return true;
    }
}

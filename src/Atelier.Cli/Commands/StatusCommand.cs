using System.CommandLine;
using System.Text.Json;
using Atelier.Cli.Generate;
using Atelier.Cli.Output;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier status [MODEL] ID</c>: where a request is.</summary>
static class StatusCommand
{
    public static Command Create(CliHost host)
    {
        var request = new RequestArgument();
        var logs = new Option<bool>("--logs") { Description = "Show the request's log lines." };
        var command = new Command("status", "Show a request's state.") { logs };
        request.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            CommandContext.Of(host, parsed), request.Read(parsed), parsed.GetValue(logs), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        CommandContext context, RequestName request, bool logs, CancellationToken cancellationToken)
    {
        using var target = await context.TargetAsync(cancellationToken);
        var status = await target.Client.Queue.StatusAsync(
            request.EndpointAt(target), request.Id, logs, cancellationToken);
        foreach (var line in status.Logs ?? [])
        {
            context.Terminal.Note($"> {ControlText.Escape(line.Message)}");
        }

        if (!context.Terminal.WritesJson)
        {
            context.Terminal.Result(Progress.Describe(status));
            return ExitCode.Done;
        }

        context.Terminal.Document(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("request_id", request.Id);
            writer.WriteString("status", status.Status);
            if (status.QueuePosition is { } position)
            {
                writer.WriteNumber("queue_position", position);
            }

            if (status.Error is { } error)
            {
                writer.WriteString("error", error);
            }

            if (status.Metrics is { ValueKind: JsonValueKind.Object } metrics)
            {
                writer.WritePropertyName("metrics");
                metrics.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
        return ExitCode.Done;
    }
}

using System.CommandLine;
using Atelier.Cli.Generate;
using Atelier.Cli.Output;
using Atelier.Cli.Targets;
using Atelier.Client;
using Atelier.Protocol;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier submit</c>: queue one request and print its ticket.</summary>
static class SubmitCommand
{
    public static Command Create(CliHost host)
    {
        var input = new InputFlags();
        var request = new RequestFlags();
        var command = new Command("submit", "Queue a request and do not wait for it.");
        input.AddTo(command);
        request.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var context = CommandContext.Of(host, parsed);
            var endpoint = EndpointArgument.Parse(parsed.GetValue(input.Model)!, parsed.GetValue(input.Path));
            var options = request.Read(parsed, host.Variable("FAL_WEBHOOK"));
            using var target = await context.TargetAsync(cancellationToken);
            var body = await Preparation.InputAsync(
                context, target, endpoint, input, parsed, options, cancellationToken);
            return await SendAsync(context, target, endpoint, body, options, bareId: false, cancellationToken);
        });
        return command;
    }

    /// <param name="context">The surroundings.</param>
    /// <param name="target">The server.</param>
    /// <param name="endpoint">The model.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">What travels beside it.</param>
    /// <param name="bareId">stdout is the id alone also in a pipe, for <c>ID=$(atelier generate --async …)</c>.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    public static async Task<int> SendAsync(
        CommandContext context, Target target, EndpointId endpoint, byte[] input, SubmitOptions options, bool bareId,
        CancellationToken cancellationToken)
    {
        var ticket = await Preparation.OrUnknownModelAsync(
            target, endpoint, () => target.Client.Queue.SubmitAsync(endpoint, input, options, cancellationToken),
            cancellationToken);
        var terminal = context.Terminal;
        if (terminal.JsonAsked || (terminal.WritesJson && !bareId))
        {
            terminal.Document(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("request_id", ticket.RequestId);
                writer.WriteString("model", endpoint.ToString());
                writer.WriteEndObject();
            });
        }
        else
        {
            terminal.Result(ControlText.Escape(ticket.RequestId));
        }

        terminal.Note("Request submitted. Use these commands to check:");
        foreach (var line in Hints.For(context, target, endpoint, ticket.RequestId))
        {
            terminal.Note(line);
        }

        return ExitCode.Done;
    }
}

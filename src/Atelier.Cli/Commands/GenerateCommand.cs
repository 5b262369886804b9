using System.CommandLine;
using Atelier.Cli.Generate;
using Atelier.Cli.Output;
using Atelier.Cli.Targets;
using Atelier.Client;
using Atelier.Protocol;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier generate</c>: one request, from flags to files.</summary>
/// <remarks>Its flags are those of fal's skills, so that a script written for them runs unchanged.</remarks>
sealed class GenerateCommand(CliHost host)
{
    readonly InputFlags _input = new();
    readonly RequestFlags _request = new();
    readonly WaitFlags _wait = new();
    readonly OutputFlags _output = new();
    readonly ModeFlags _mode = new();

    public Command Create()
    {
        var command = new Command("generate", "Run a model: submit, wait, show or save the result.");
        _input.AddTo(command);
        _mode.AddTo(command);
        _wait.AddTo(command);
        _output.AddTo(command);
        _request.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, cancellationToken));
        return command;
    }

    async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var context = CommandContext.Of(host, parsed);
        if (parsed.GetResult(_mode.AddFalKey) is not null)
        {
            return FalKeyCommand.Store(context, parsed.GetValue(_mode.AddFalKey));
        }

        var model = parsed.GetValue(_input.Model)!;
        if (parsed.GetResult(_mode.Schema) is not null)
        {
            var of = EndpointArgument.Parse(parsed.GetValue(_mode.Schema) ?? model);
            return await SchemaCommand.RunAsync(context, of, inputOnly: false, cancellationToken);
        }

        var endpoint = EndpointArgument.Parse(model, parsed.GetValue(_input.Path));
        var output = _output.Read(parsed);
        if (parsed.GetValue(_mode.Status) is { } statusOf)
        {
            return await StatusCommand.RunAsync(
                context, new(endpoint, statusOf), parsed.GetValue(_wait.Logs), cancellationToken);
        }

        if (parsed.GetValue(_mode.Result) is { } resultOf)
        {
            return await ResultCommand.RunAsync(context, new(endpoint, resultOf), output, cancellationToken);
        }

        return parsed.GetValue(_mode.Cancel) is { } cancelOf
            ? await CancelCommand.RunAsync(context, new(endpoint, cancelOf), cancellationToken)
            : await GenerateAsync(context, endpoint, output, parsed, cancellationToken);
    }

    async Task<int> GenerateAsync(
        CommandContext context, EndpointId endpoint, OutputPath? output, ParseResult parsed,
        CancellationToken cancellationToken)
    {
        var isAsync = parsed.GetValue(_mode.Async);
        var options = _request.Read(parsed, isAsync ? host.Variable("FAL_WEBHOOK") : null);
        var pace = _wait.Read(parsed);
        if (isAsync && (parsed.GetValue(_mode.Sync) || output is not null))
        {
            throw new CliException(ExitCode.Usage, "--async returns before there is a result: no --sync, no --output.");
        }

        using var target = await context.TargetAsync(cancellationToken);
        var input = await Preparation.InputAsync(
            context, target, endpoint, _input, parsed, options, cancellationToken);
        if (isAsync)
        {
            return await SubmitCommand.SendAsync(
                context, target, endpoint, input, options, bareId: true, cancellationToken);
        }

        var began = host.Time.GetTimestamp();
        var result = parsed.GetValue(_mode.Sync)
            ? await Preparation.OrUnknownModelAsync(
                target, endpoint, () => SyncAsync(target, endpoint, input, options, pace, cancellationToken),
                cancellationToken)
            : await QueueAsync(context, target, endpoint, input, options, pace, parsed, cancellationToken);
        await ResultPrinter.PrintAsync(
            context, target, result, output, host.Time.GetElapsedTime(began), cancellationToken);
        return ExitCode.Done;
    }

    async Task<FalResponse> QueueAsync(
        CommandContext context, Target target, EndpointId endpoint, byte[] input, SubmitOptions options, Pace pace,
        ParseResult parsed, CancellationToken cancellationToken)
    {
        var ticket = await Preparation.OrUnknownModelAsync(
            target, endpoint, () => target.Client.Queue.SubmitAsync(endpoint, input, options, cancellationToken),
            cancellationToken);
        context.Terminal.Note($"Request ID: {ControlText.Escape(ticket.RequestId)}");
        return await new QueueRun(context, target, pace).FollowAsync(
            endpoint, ticket.RequestId, parsed.GetValue(_wait.Logs), cancellationToken);
    }

    async Task<FalResponse> SyncAsync(
        Target target, EndpointId endpoint, byte[] input, SubmitOptions options, Pace pace,
        CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(pace.Timeout, host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await target.Client.RunAsync(endpoint, input, options, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(
                ExitCode.Timeout, $"Timeout after {pace.Timeout.TotalSeconds:0.###}s",
                "A synchronous run ends with its connection. Without --sync the request waits in the queue.");
        }
    }
}

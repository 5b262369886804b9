using System.CommandLine;
using Atelier.Cli.Generate;
using Atelier.Cli.Output;
using Atelier.Protocol;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier schema MODEL</c>: what a model takes and answers.</summary>
static class SchemaCommand
{
    public static Command Create(CliHost host)
    {
        var model = new Argument<string?>("model")
        {
            Description = "The endpoint id.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var option = new Option<string>("--model", "-m") { Description = "The endpoint id.", HelpName = "ID" };
        var inputOnly = new Option<bool>("--input") { Description = "The input's fields only." };
        var command = new Command("schema", "Print a model's OpenAPI schema.") { model, option, inputOnly };
        command.SetAction((parsed, cancellationToken) =>
        {
            var id = parsed.GetValue(model) ?? parsed.GetValue(option) ?? throw new CliException(
                ExitCode.Usage, "schema needs a model.", "atelier schema fal-ai/kokoro/american-english");
            return RunAsync(
                CommandContext.Of(host, parsed), EndpointArgument.Parse(id), parsed.GetValue(inputOnly),
                cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(
        CommandContext context, EndpointId endpoint, bool inputOnly, CancellationToken cancellationToken)
    {
        using var target = await context.TargetAsync(cancellationToken);
        var document = await target.Client.Platform.SchemaAsync(endpoint, cancellationToken)
            ?? throw await NearestModels.UnknownAsync(target, endpoint, cancellationToken);
        if (!inputOnly)
        {
            context.Terminal.Document(document);
            return ExitCode.Done;
        }

        var schema = ModelSchema.Read(document, endpoint)
            ?? throw new CliException(ExitCode.Failed, "The model's document does not describe its input.");
        Print(context.Terminal, schema);
        return ExitCode.Done;
    }

    static void Print(Terminal terminal, ModelSchema schema)
    {
        if (terminal.WritesJson)
        {
            terminal.Document(schema.Input);
            return;
        }

        foreach (var field in schema.Fields.Values)
        {
            var kind = field.Choices.Count > 0
                ? string.Join('|', field.Choices)
                : string.Join('|', field.Types.Where(type => type is not "null"));
            terminal.Result(ControlText.Escape($"{field.Name}{(field.IsRequired ? " (required)" : "")}: {kind}"));
            if (field.Description is { } description)
            {
                terminal.Result($"    {ControlText.Escape(description)}");
            }
        }
    }
}

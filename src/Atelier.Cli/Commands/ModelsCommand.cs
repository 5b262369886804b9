using System.CommandLine;
using System.Text.Json;
using Atelier.Cli.Output;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier models list|show|pull</c>: what the server offers, and its weights.</summary>
static class ModelsCommand
{
    const int MaxPages = 100;

    public static Command Create(CliHost host)
    {
        var command = new Command("models", "Find models and fetch their weights.");
        command.Subcommands.Add(List(host));
        command.Subcommands.Add(Show(host));
        command.Subcommands.Add(ModelsPull.Create(host));
        return command;
    }

    static Command List(CliHost host)
    {
        var query = new Option<string>("--query", "--search") { Description = "Words to find.", HelpName = "WORDS" };
        var category = new Option<string>("--category")
        {
            Description = "text-to-image, text-to-speech…",
            HelpName = "NAME",
        };
        var here = new Option<bool>("--here") { Description = "Only what runs on the server, with weights on disk or not." };
        var command = new Command("list", "List the models, those first that run on the server.") { query, category, here };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var context = CommandContext.Of(host, parsed);
            using var target = await context.TargetAsync(cancellationToken);
            List<JsonElement> models = [];
            await foreach (var model in Catalogue.AllAsync(
                target, parsed.GetValue(query), parsed.GetValue(category), MaxPages, cancellationToken))
            {
                if (Catalogue.IsCallable(model) || !parsed.GetValue(here))
                {
                    models.Add(model);
                }
            }

            Print(context.Terminal, models);
            return ExitCode.Done;
        });
        return command;
    }

    static void Print(Terminal terminal, List<JsonElement> models)
    {
        if (terminal.WritesJson)
        {
            terminal.Document(writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("models");
                models.ForEach(model => model.WriteTo(writer));
                writer.WriteEndArray();
                writer.WriteEndObject();
            });
            return;
        }

        var width = models.Count is 0 ? 0 : models.Max(model => Catalogue.Id(model)?.Length ?? 0);
        foreach (var model in models)
        {
            var fidelity = Catalogue.Metadata(model, "fidelity") is "like" ? "  (a stand-in of the same family)" : "";
            terminal.Result(ControlText.Escape(
                $"{(Catalogue.Id(model) ?? "?").PadRight(width)}  {Catalogue.Metadata(model, "category")}{Place(model)}{fidelity}"));
        }

        terminal.Note($"{models.Count} models");
    }

    // What runs here needs no remark; fal.ai says nothing of places.
    static string Place(JsonElement model) => Catalogue.Metadata(model, "availability") switch
    {
        "needs_weights" => "  (after: models pull)",
        "upstream" => "  (fal's, not here)",
        "family" => "  (a family of models)",
        _ => "",
    };

    static Command Show(CliHost host)
    {
        var id = new Argument<string>("model") { Description = "The endpoint id." };
        var command = new Command("show", "Show one model's card.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var context = CommandContext.Of(host, parsed);
            var endpoint = EndpointArgument.Parse(parsed.GetValue(id)!);
            using var target = await context.TargetAsync(cancellationToken);
            var model = await target.Client.Platform.ModelAsync(endpoint, cancellationToken)
                ?? throw await NearestModels.UnknownAsync(target, endpoint, cancellationToken);
            ShowCard(context.Terminal, model);
            return ExitCode.Done;
        });
        return command;
    }

    static void ShowCard(Terminal terminal, JsonElement model)
    {
        if (terminal.WritesJson)
        {
            terminal.Document(model);
            return;
        }

        terminal.Result(ControlText.Escape($"{Catalogue.Id(model)}  ({Catalogue.Metadata(model, "category")})"));
        foreach (var name in (ReadOnlySpan<string>)["description", "availability", "model", "fidelity"])
        {
            if (Catalogue.Metadata(model, name) is { Length: > 0 } text)
            {
                terminal.Result(ControlText.Escape($"{name}: {text}"));
            }
        }

        // The card is text of many lines: its licences, its limits, where its weights come from.
        foreach (var line in Catalogue.Metadata(model, "card")?.TrimEnd().Split('\n').Prepend("") ?? [])
        {
            terminal.Result(ControlText.Escape(line));
        }
    }
}

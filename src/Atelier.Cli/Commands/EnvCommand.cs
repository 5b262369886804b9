using System.CommandLine;
using System.Text.Json;
using Atelier.Cli.Env;
using Atelier.Cli.Output;
using Atelier.Cli.Targets;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier env CLIENT</c>: what to set so that an unmodified fal client comes here.</summary>
/// <remarks>Only prints and looks: it changes nothing on the machine.</remarks>
static class EnvCommand
{
    public static Command Create(CliHost host)
    {
        var client = new Argument<string>("client")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = $"{string.Join(", ", EnvGuide.Clients)}. --check and --undo without one look at {EnvGuide.Hosts}.",
        };
        client.AcceptOnlyFromAmong([.. EnvGuide.Clients]);
        var check = new Option<bool>("--check") { Description = "Try it from here, and say what is missing." };
        var undo = new Option<bool>("--undo") { Description = "Print how to take it back." };
        var command = new Command("env", "Print what to set so that a fal client uses the server.") { client, check, undo };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var context = CommandContext.Of(host, parsed);
            var name = parsed.GetValue(client)
                ?? (parsed.GetValue(check) || parsed.GetValue(undo) ? EnvGuide.Hosts : throw NoClient(host));
            var (facts, key) = await FactsAsync(context, cancellationToken);
            if (parsed.GetValue(check))
            {
                var findings = await new EnvCheck(host, facts, key).RunAsync(name, cancellationToken);
                Print(context.Terminal, name, facts, "checks", findings, Write, Show);
                return findings.All(finding => finding.Ok) ? ExitCode.Done : ExitCode.Failed;
            }

            var steps = EnvGuide.For(name, facts);
            if (parsed.GetValue(undo))
            {
                steps = [.. steps.Where(step => step.Undo is not null).Reverse().DistinctBy(step => step.Undo)
                    .Select(step => new EnvStep(step.Kind is "code" ? "note" : "shell", step.Undo!))];
            }

            Print(context.Terminal, name, facts, "steps", steps, Write, Show);
            return ExitCode.Done;
        });
        return command;
    }

    static CliException NoClient(CliHost host) => new(
        ExitCode.Usage, "Which client?", $"{host.Command} env {string.Join('|', EnvGuide.Clients)}", $"{host.Command} env --check");

    // FAL_KEY is what the client will send, so it is what is tried; but a key of fal's goes to a server of this machine only.
    static async Task<(EnvFacts Facts, string? Key)> FactsAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (host, given) = (context.Host, new CliSettings(context.Host).Server(context.Flags.Server).Server);
        if (given is "fal")
        {
            throw new CliException(ExitCode.Usage, "Clients use fal.ai by themselves.", "To use a server of yours: --server local, or its URL.");
        }

        if (given is not "local")
        {
            using var target = await context.TargetAsync(cancellationToken);
            var own = target.Client.Options.Run;
            return (new(own[..^"/fal.run".Length], null, null, host.Command), new KeyStore(host).GivenAtelierKey);
        }

        var server = await new LocalServer(host, context.Terminal, UserFolders.Data(host, context.Flags.Data)).FindAsync(cancellationToken)
            ?? throw new CliException(
                ExitCode.Unreachable, "No server is running.", $"{host.Command} serve --tls", $"{host.Command} serve   # without fal's host names");
        return (new(server.Url, server.TlsPort, server.CaFile, host.Command), host.Variable("FAL_KEY"));
    }

    // Text unless --json says otherwise, in a pipe too: the lines are made to be pasted and appended.
    static void Print<T>(
        Terminal terminal, string client, EnvFacts facts, string list, IReadOnlyList<T> items,
        Action<Utf8JsonWriter, T> write, Func<T, string> show)
    {
        if (!terminal.JsonAsked)
        {
            foreach (var item in items)
            {
                terminal.Result(show(item));
            }

            return;
        }

        terminal.Document(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("client", client);
            writer.WriteString("server", facts.Url);
            writer.WriteStartArray(list);
            foreach (var item in items)
            {
                writer.WriteStartObject();
                write(writer, item);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    static string Show(EnvStep step) => step.Kind switch
    {
        "note" => $"# {step.Text}",
        _ => step.Text,
    };

    static string Show(EnvFinding finding) => ControlText.Escape(
        $"{(finding.Ok ? "ok  " : "FIX ")} {finding.Item}: {finding.Text}{(finding.Fix is { } fix && !finding.Ok ? $"  →  {fix}" : "")}");

    static void Write(Utf8JsonWriter writer, EnvStep step)
    {
        writer.WriteString("kind", step.Kind);
        writer.WriteString("text", step.Text);
        if (step.Undo is not null)
        {
            writer.WriteString("undo", step.Undo);
        }
    }

    static void Write(Utf8JsonWriter writer, EnvFinding finding)
    {
        writer.WriteString("item", finding.Item);
        writer.WriteBoolean("ok", finding.Ok);
        writer.WriteString("text", finding.Text);
        if (!finding.Ok)
        {
            writer.WriteString("fix", finding.Fix);
        }
    }
}

using System.CommandLine;
using System.Text.Json;
using Atelier.Cli.Output;
using Atelier.Cli.Targets;
using Atelier.Client;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier config</c>: what is in force, here and at the server, and from where.</summary>
static class ConfigCommand
{
    public static Command Create(CliHost host)
    {
        var set = new Option<string>("--default")
        {
            Description = "Make this the target when nothing else names one.",
            HelpName = "local|fal|URL",
        };
        var command = new Command("config", "Show the settings in force and where they come from.") { set };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var context = CommandContext.Of(host, parsed);
            if (parsed.GetValue(set) is { } server)
            {
                Check(server);
                new CliSettings(host).Store(server);
            }

            var settings = Own(context);
            await AddServersAsync(context, settings, cancellationToken);
            Print(context.Terminal, settings);
            return ExitCode.Done;
        });
        return command;
    }

    static void Check(string server)
    {
        if (server is not ("local" or "fal")
            && !(Uri.TryCreate(server, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            throw new CliException(
                ExitCode.Usage, $"--default {ControlText.Escape(server)}: neither local, fal nor an http(s) address.");
        }
    }

    // Keys are named by their source, never shown.
    static List<Setting> Own(CommandContext context)
    {
        var host = context.Host;
        var keys = new KeyStore(host);
        var (server, source) = new CliSettings(host).Server(context.Flags.Server);
        return
        [
            new("cli.server", server, source),
            new("cli.data", UserFolders.Data(host, context.Flags.Data),
                context.Flags.Data is not null ? "flag"
                : host.Variable("ATELIER_DATA") is not null ? "ATELIER_DATA" : "default"),
            new("cli.atelier_key", "(set)", keys.GivenAtelierKey is not null ? "ATELIER_KEY"
                : keys.StoredAtelierKey is not null ? "credentials file" : null),
            new("cli.fal_key", "(set)", host.Variable("FAL_KEY") is not null ? "FAL_KEY"
                : keys.FalKey is not null ? "stored" : null),
        ];
    }

    // Showing settings starts no server: a local one that does not run has none in force.
    static async Task AddServersAsync(
        CommandContext context, List<Setting> settings, CancellationToken cancellationToken)
    {
        if (settings[0].Value is "fal" || (settings[0].Value is "local"
            && await new LocalServer(context.Host, context.Terminal, settings[1].Value)
                .FindAsync(cancellationToken) is null))
        {
            context.Terminal.Note("No Atelier server runs there; these are the command line's own settings.");
            return;
        }

        using var target = await context.TargetAsync(cancellationToken);
        JsonElement answer;
        try
        {
            answer = await target.Client.Platform.CallAsync(HttpMethod.Get, "config", null, cancellationToken);
        }
        catch (ApiException refused) when (refused.Status is 401 or 403 or 404)
        {
            context.Terminal.Note(
                $"The server does not show its own settings: {ControlText.Escape(refused.Message)}");
            return;
        }

        if (answer.TryGetProperty("settings", out var theirs) && theirs.ValueKind is JsonValueKind.Array)
        {
            settings.AddRange(theirs.EnumerateArray().Select(setting => new Setting(
                Text(setting, "key"), Text(setting, "value"), Text(setting, "source"))));
        }
    }

    static void Print(Terminal terminal, List<Setting> settings)
    {
        var known = settings.Where(setting => setting.Source is not null).ToList();
        if (!terminal.WritesJson)
        {
            known.ForEach(setting => terminal.Result(
                ControlText.Escape($"{setting.Key} = {setting.Value}  ({setting.Source})")));
            return;
        }

        terminal.Document(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("settings");
            foreach (var setting in known)
            {
                writer.WriteStartObject();
                writer.WriteString("key", setting.Key);
                writer.WriteString("value", setting.Value);
                writer.WriteString("source", setting.Source);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    static string Text(JsonElement setting, string name) =>
        setting.TryGetProperty(name, out var value) ? value.ToString() : "";

    sealed record Setting(string Key, string Value, string? Source);
}

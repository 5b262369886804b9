using System.CommandLine;
using System.Text.Json;
using Atelier.Cli.Output;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier keys create|list|revoke</c>: who may call the server.</summary>
static class KeysCommand
{
    public static Command Create(CliHost host)
    {
        var command = new Command("keys", "Make, list and revoke keys.");
        command.Subcommands.Add(CreateKey(host));
        command.Subcommands.Add(List(host));
        command.Subcommands.Add(Revoke(host));
        return command;
    }

    static Command CreateKey(CliHost host)
    {
        var alias = new Option<string>("--alias", "--name") { Description = "What it is for.", HelpName = "TEXT" };
        var scope = new Option<string>("--scope")
        {
            Description = "API runs models; ADMIN also manages the server.",
            DefaultValueFactory = _ => "API",
        };
        scope.AcceptOnlyFromAmong("API", "ADMIN");
        var command = new Command("create", "Make a key; its secret is shown once.") { alias, scope };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var context = CommandContext.Of(host, parsed);
            using var target = await context.TargetAsync(cancellationToken);
            var body = CliJson.Write(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("alias", parsed.GetValue(alias) ?? "atelier keys create");
                writer.WriteString("scope", parsed.GetValue(scope));
                writer.WriteEndObject();
            });
            var key = await target.Client.Platform.CallAsync(HttpMethod.Post, "keys", body, cancellationToken);
            if (context.Terminal.WritesJson)
            {
                context.Terminal.Document(key);
            }
            else
            {
                context.Terminal.Result(ControlText.Escape(Text(key, "key") ?? key.GetRawText()));
                context.Terminal.Note("It is not shown again. Callers send: Authorization: Key <it>");
            }

            return ExitCode.Done;
        });
        return command;
    }

    static Command List(CliHost host)
    {
        var command = new Command("list", "List the keys, without their secrets.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var context = CommandContext.Of(host, parsed);
            using var target = await context.TargetAsync(cancellationToken);
            var answer = await target.Client.Platform.CallAsync(HttpMethod.Get, "keys", null, cancellationToken);
            if (context.Terminal.WritesJson || !answer.TryGetProperty("keys", out var keys))
            {
                context.Terminal.Document(answer);
                return ExitCode.Done;
            }

            foreach (var key in keys.EnumerateArray())
            {
                context.Terminal.Result(ControlText.Escape(string.Join(
                    "  ", Text(key, "key_id"), Text(key, "scope")?.PadRight(5), Text(key, "created_at"),
                    Text(key, "alias"))));
            }

            return ExitCode.Done;
        });
        return command;
    }

    static Command Revoke(CliHost host)
    {
        var id = new Argument<string>("key-id") { Description = "The public half: what stands before the colon." };
        var command = new Command("revoke", "Revoke a key, at once.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var context = CommandContext.Of(host, parsed);
            // Somebody may paste the whole key; its secret must not travel in an address.
            var keyId = parsed.GetValue(id)!.Split(':')[0];
            using var target = await context.TargetAsync(cancellationToken);
            await target.Client.Platform.CallAsync(
                HttpMethod.Delete, $"keys/{Uri.EscapeDataString(keyId)}", null, cancellationToken);
            if (context.Terminal.WritesJson)
            {
                context.Terminal.Document(writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("revoked", keyId);
                    writer.WriteEndObject();
                });
            }
            else
            {
                context.Terminal.Result($"Revoked {ControlText.Escape(keyId)}.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.ToString() : null;
}

using System.CommandLine;
using System.Text.Json;
using Atelier.Cli.Output;
using Atelier.Client;
using Atelier.Protocol;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier models pull NAME</c>: asks the server to fetch weights, and shows how far it is.</summary>
static class ModelsPull
{
    public static Command Create(CliHost host)
    {
        var name = new Argument<string>("name") { Description = "An endpoint id, or a pack's name." };
        var from = new Option<string>("--from")
        {
            Description = "Take the files from a folder instead of the network.",
            HelpName = "DIR",
        };
        var command = new Command("pull", "Fetch a model's weights before they are needed.") { name, from };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            CommandContext.Of(host, parsed), parsed.GetValue(name)!, parsed.GetValue(from), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(
        CommandContext context, string name, string? from, CancellationToken cancellationToken)
    {
        if (from is not null && !Directory.Exists(from))
        {
            throw new CliException(ExitCode.Usage, $"--from {ControlText.Escape(from)}: no such folder.");
        }

        using var target = await context.TargetAsync(cancellationToken);
        if (target.IsFal)
        {
            throw new CliException(ExitCode.Usage, "fal.ai holds its own weights; pull is for Atelier servers.");
        }

        var body = CliJson.Write(writer =>
        {
            writer.WriteStartObject();
            // An endpoint id has a slash; the name of a pack has none.
            writer.WriteString(name.Contains('/', StringComparison.Ordinal) ? "endpoint_id" : "pack", name);
            if (from is not null)
            {
                writer.WriteString("from", Path.GetFullPath(from));
            }

            writer.WriteEndObject();
        });
        try
        {
            using var answer = await target.Client.Platform.StreamAsync("models/pull", body, cancellationToken);
            return await FollowAsync(context.Terminal, answer, cancellationToken);
        }
        catch (ApiException error) when (error.Status is 404 && EndpointId.TryParse(name, out var endpoint))
        {
            throw await NearestModels.UnknownAsync(target, endpoint, cancellationToken);
        }
        catch (ApiException error) when (error.Status is 404)
        {
            throw new CliException(
                ExitCode.NotFound, error.Message, "Its packs: " + string.Join(", ", await PacksAsync()));
        }

        async Task<IEnumerable<string>> PacksAsync()
        {
            var answer = await target.Client.Platform.CallAsync(HttpMethod.Get, "packs", null, cancellationToken);
            return answer.TryGetProperty("packs", out var packs) && packs.ValueKind is JsonValueKind.Array
                ? packs.EnumerateArray().Select(pack => pack.GetProperty("name").ToString())
                : [];
        }
    }

    static async Task<int> FollowAsync(
        Terminal terminal, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        string? last = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } text)
        {
            if (text.Length is 0)
            {
                continue;
            }

            using var document = JsonDocument.Parse(text);
            var line = document.RootElement;
            if (line.TryGetProperty("error", out var error))
            {
                throw new CliException(ExitCode.Failed, ControlText.Escape(error.ToString()));
            }

            if (line.TryGetProperty("done", out var done) && done.ValueKind is JsonValueKind.True)
            {
                terminal.EndLive();
                Print(terminal, line);
                return ExitCode.Done;
            }

            last = Progress(terminal, line, last);
        }

        throw new HttpRequestException(HttpRequestError.ResponseEnded, "The server ended the pull half-way.");
    }

    static string? Progress(Terminal terminal, JsonElement line, string? last)
    {
        var pack = line.TryGetProperty("pack", out var name) ? name.ToString() : "?";
        var bytes = Number(line, "bytes");
        var total = Number(line, "total");
        terminal.Live(ControlText.Escape($"Pulling {pack}: {Sizes.Format(bytes)} of {Sizes.Format(total)}"));
        if (pack != last && bytes >= total)
        {
            terminal.Note(ControlText.Escape($"{pack} is there ({Sizes.Format(total)})."));
        }
        else if (!terminal.IsLive && pack != last)
        {
            terminal.Note(ControlText.Escape($"Pulling {pack} ({Sizes.Format(total)})…"));
        }

        return pack;
    }

    static void Print(Terminal terminal, JsonElement line)
    {
        if (terminal.WritesJson)
        {
            terminal.Document(line);
        }
        else
        {
            terminal.Result("Done.");
        }
    }

    static long Number(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number
        && value.TryGetInt64(out var number) ? number : 0;
}

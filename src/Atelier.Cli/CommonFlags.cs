using System.CommandLine;
using Atelier.Cli.Output;
using Atelier.Cli.Targets;

namespace Atelier.Cli;

/// <summary>The flags that every command takes.</summary>
/// <param name="Server"><c>--server</c>.</param>
/// <param name="Data"><c>--data</c>.</param>
/// <param name="Json"><c>--json</c>.</param>
sealed record CommonFlags(string? Server, string? Data, bool Json)
{
    static readonly Option<string> ServerOption = new("--server")
    {
        Description = "local, fal or a URL; else ATELIER_URL, else the configured default (local).",
        HelpName = "local|fal|URL",
        Recursive = true,
    };

    static readonly Option<string> DataOption = new("--data")
    {
        Description = "The data folder of the local server; else ATELIER_DATA.",
        HelpName = "DIR",
        Recursive = true,
    };

    static readonly Option<bool> JsonOption = new("--json")
    {
        Description = "One JSON document on stdout, also on a terminal.",
        Recursive = true,
    };

    public static void AddTo(RootCommand root)
    {
        root.Options.Add(ServerOption);
        root.Options.Add(DataOption);
        root.Options.Add(JsonOption);
    }

    public static CommonFlags Of(ParseResult parsed) =>
        new(parsed.GetValue(ServerOption), parsed.GetValue(DataOption), parsed.GetValue(JsonOption));
}

/// <summary>What a command works with.</summary>
/// <param name="Host">The surroundings.</param>
/// <param name="Flags">The common flags.</param>
/// <param name="Terminal">The two streams.</param>
sealed record CommandContext(CliHost Host, CommonFlags Flags, Terminal Terminal)
{
    public static CommandContext Of(CliHost host, ParseResult parsed)
    {
        var flags = CommonFlags.Of(parsed);
        return new(host, flags, new(host, flags.Json));
    }

    public Task<Target> TargetAsync(CancellationToken cancellationToken) =>
        new TargetResolver(Host, Terminal).ResolveAsync(Flags, cancellationToken);
}

using Atelier.Cli.Targets;
using Atelier.Protocol;

namespace Atelier.Cli.Generate;

/// <summary>The commands that go on with a request, ready to be pasted.</summary>
static class Hints
{
    public static IReadOnlyList<string> For(
        CommandContext context, Target target, EndpointId endpoint, string requestId)
    {
        var command = $"{context.Host.Command} generate{Where(context.Flags, target)}";
        return
        [
            $"  Status: {command} --status \"{requestId}\" --model \"{endpoint}\"",
            $"  Result: {command} --result \"{requestId}\" --model \"{endpoint}\"",
        ];
    }

    // What this command was told by flags, the next one must be told too; the environment tells it itself.
    static string Where(CommonFlags flags, Target target)
    {
        var server = flags.Server is { } given ? $" --server {given}" : target.IsFal ? " --server fal" : "";
        return flags.Data is { } data ? $"{server} --data \"{data}\"" : server;
    }
}

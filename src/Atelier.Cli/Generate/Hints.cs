using Atelier.Cli.Targets;
using Atelier.Protocol;

namespace Atelier.Cli.Generate;

/// <summary>The commands that go on with a request.</summary>
static class Hints
{
    public static IReadOnlyList<string> For(Target target, EndpointId endpoint, string requestId)
    {
        var server = target.IsFal ? " --server fal" : "";
        return
        [
            $"  Status: atelier generate{server} --status \"{requestId}\" --model \"{endpoint}\"",
            $"  Result: atelier generate{server} --result \"{requestId}\" --model \"{endpoint}\"",
        ];
    }
}

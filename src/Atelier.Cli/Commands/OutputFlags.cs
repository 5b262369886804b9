using System.CommandLine;
using Atelier.Cli.Output;

namespace Atelier.Cli.Commands;

/// <summary>Where the files of a result go.</summary>
sealed class OutputFlags
{
    readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Save the result's files: to FILE (FILE-1, FILE-2… when there are several) or into DIR.",
        HelpName = "FILE|DIR",
    };

    readonly Option<bool> _force = new("--force") { Description = "Replace existing files." };

    public void AddTo(Command command)
    {
        command.Options.Add(_output);
        command.Options.Add(_force);
    }

    /// <summary>Null when nothing is to be saved; an impossible place is refused here, before any work.</summary>
    public OutputPath? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_output) is not { Length: > 0 } path)
        {
            return null;
        }

        var output = new OutputPath(path, parsed.GetValue(_force));
        output.Check();
        return output;
    }
}

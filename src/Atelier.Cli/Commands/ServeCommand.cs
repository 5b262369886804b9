using System.CommandLine;
using Atelier.Cli.Targets;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier serve …</c>: becomes the server, with the same flags.</summary>
/// <remarks>
/// The process is replaced, not wrapped: one pid, whose signals and exit code are the server's. The flags are the
/// server's own and are read there.
/// </remarks>
static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command(
            "serve",
            "Run the server in the foreground: [--host 127.0.0.1] [--port 8410] [--data DIR] [--public-url URL] "
            + "[--key-file F | --key ID:SECRET] [--json].")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        // Reached only through `atelier --some-flag serve`; Program looks for `serve` before anything is parsed.
        command.SetAction(int (_) => throw new CliException(
            ExitCode.Usage, "serve comes first: atelier serve --port 8410"));
        return command;
    }

    /// <summary>Does not return, unless the server program cannot be started.</summary>
    public static int Become(CliHost host, IReadOnlyList<string> arguments)
    {
        var command = ServerProgram.Command(host);
        NativeProcess.Replace(command[0], [.. command.Skip(1), .. arguments]);
        throw new CliException(
            ExitCode.Unreachable, $"{command[0]} could not be started.", "Install the .NET 10 runtime (ASP.NET Core).");
    }
}

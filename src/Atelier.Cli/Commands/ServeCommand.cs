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
            "Run the server in the foreground. Every setting of docs/configuration.md is a flag as well.")
        {
            // For the help; the server itself reads them.
            Flag("--host", "ADDRESS", "Where to listen; 127.0.0.1."),
            Flag("--port", "N", "8410; 0 takes a free one."),
            new Option<bool>("--tls") { Description = "Serve fal's own host names over TLS as well; then: atelier env." },
            Flag("--tls-port", "N", "443."),
            Flag("--public-url", "URL", "The address that callers see, for the URLs in answers."),
            Flag("--key-file", "FILE", "A file with the ADMIN key, as id:secret."),
            Flag("--key", "ID:SECRET", "The same on the command line, for throw-away servers: others can see it."),
        };
        command.TreatUnmatchedTokensAsErrors = false;
        // Reached only through `atelier --some-flag serve`; Program looks for `serve` before anything is parsed.
        command.SetAction(int (_) => throw new CliException(
            ExitCode.Usage, "serve comes first: atelier serve --port 8410"));
        return command;
    }

    static Option<string> Flag(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    /// <summary>Does not return, unless the server program cannot be started.</summary>
    public static int Become(CliHost host, IReadOnlyList<string> arguments)
    {
        var command = ServerProgram.Command(host);
        NativeProcess.Replace(command[0], [.. command.Skip(1), .. arguments]);
        throw new CliException(
            ExitCode.Unreachable, $"{command[0]} could not be started.", "Install the .NET 10 runtime (ASP.NET Core).");
    }
}

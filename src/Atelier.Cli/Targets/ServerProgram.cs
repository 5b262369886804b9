using System.Diagnostics;

namespace Atelier.Cli.Targets;

/// <summary>Where the server program lies and how it is started.</summary>
static class ServerProgram
{
    // Runs in the shell that starts a background server: no terminal, no session of ours, a log only we can read.
    const string Detach = """
        umask 077
        log=$1; shift
        exec </dev/null >>"$log" 2>&1
        if command -v setsid >/dev/null; then exec setsid "$@"; fi
        exec "$@"
        """;

    /// <summary>The program and its first arguments.</summary>
    public static IReadOnlyList<string> Command(CliHost host)
    {
        if (host.Variable("ATELIER_SERVER_PROGRAM") is { } given)
        {
            return given.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", given] : [given];
        }

        // artifacts/bin/Atelier.Cli/<configuration>/ of a checkout, or one folder for all programs.
        var folder = Path.TrimEndingDirectorySeparator(host.ProgramFolder);
        var configuration = Path.GetFileName(folder);
        string[] places =
        [
            Path.Combine(folder, "Atelier.Server.dll"),
            Path.GetFullPath(Path.Combine(folder, "../../Atelier.Server", configuration, "Atelier.Server.dll")),
        ];
        var program = places.FirstOrDefault(File.Exists) ?? throw new CliException(
            ExitCode.Unreachable, "The server program is not beside this one.",
            "Set ATELIER_SERVER_PROGRAM to Atelier.Server.dll, or name a running server: --server URL");
        return ["dotnet", program];
    }

    /// <summary>Starts the server in a session of its own, its output in a log file.</summary>
    public static Process StartInBackground(CliHost host, string logFile, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Detach, "sh", logFile, .. Command(host), .. arguments])
        {
            UseShellExecute = false,
        };
        // It outlives this command; a key of fal.ai given to this command is not for it.
        start.Environment.Remove("FAL_KEY");
        start.Environment.Remove("FAL_KEY_ID");
        start.Environment.Remove("FAL_KEY_SECRET");
        return Process.Start(start)!;
    }
}

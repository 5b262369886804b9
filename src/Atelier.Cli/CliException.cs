namespace Atelier.Cli;

/// <summary>An expected end of a command: what happened, the way out, and the exit code.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">What happened and why, without <c>Error:</c>.</param>
/// <param name="hints">Further lines: usually the command that fixes it.</param>
sealed class CliException(int exitCode, string message, params IReadOnlyList<string> hints) : Exception(message)
{
    public int ExitCode => exitCode;

    public IReadOnlyList<string> Hints => hints;
}

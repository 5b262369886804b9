namespace Atelier.Cli;

/// <summary>Where this user's data and settings lie (XDG base directories).</summary>
static class UserFolders
{
    /// <summary><c>--data</c>, else <c>ATELIER_DATA</c>, else <c>$XDG_DATA_HOME/atelier</c>.</summary>
    public static string Data(CliHost host, string? flag) => Path.GetFullPath(
        flag ?? host.Variable("ATELIER_DATA")
        ?? Path.Combine(host.Variable("XDG_DATA_HOME") ?? Path.Combine(Home(host), ".local", "share"), "atelier"));

    /// <summary><c>$XDG_CONFIG_HOME/atelier</c>: the keys and the default target.</summary>
    public static string Settings(CliHost host) => Path.Combine(
        host.Variable("XDG_CONFIG_HOME") ?? Path.Combine(Home(host), ".config"), "atelier");

    static string Home(CliHost host) => host.Variable("HOME") ?? throw new CliException(
        ExitCode.Usage, "HOME is not set, so there is no place for the data folder.",
        "Set HOME, or XDG_DATA_HOME and XDG_CONFIG_HOME.");
}

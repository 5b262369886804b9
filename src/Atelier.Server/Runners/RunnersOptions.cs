using System.ComponentModel.DataAnnotations;

namespace Atelier.Server.Runners;

/// <summary>Where apps come from, and what a runner may send.</summary>
public sealed class RunnersOptions
{
    public const string Section = "runners";

    /// <summary>
    /// The program that hosts apps, a .dll or an executable. Default: <c>ATELIER_RUNNER_PROGRAM</c>, else the one built
    /// with the server.
    /// </summary>
    public string? Program { get; set; }

    /// <summary>The list of apps, as printed by <c>describe</c>. Default: <c>apps.json</c> by the program.</summary>
    public string? Apps { get; set; }

    /// <summary>Longest answer of an app, in bytes.</summary>
    /// <value>64 MiB.</value>
    [Range(1024, 1024L * 1024 * 1024)]
    public long AnswerMaxBytes { get; set; } = 64 * 1024 * 1024;
}

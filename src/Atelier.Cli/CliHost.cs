namespace Atelier.Cli;

/// <summary>What surrounds the program. Nothing else reads the environment or the console.</summary>
sealed record CliHost
{
    const int DefaultColumns = 80;

    /// <summary>An environment variable; an empty one counts as absent.</summary>
    public required Func<string, string?> Variable { get; init; }

    public required TextReader In { get; init; }

    /// <summary>The result and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Everything for people.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Somebody reads stdout on a terminal.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Somebody reads stderr on a terminal, so that one line may be rewritten in place.</summary>
    public bool ErrorIsTerminal { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Carries every request when set.</summary>
    public Func<HttpMessageHandler>? Handler { get; init; }

    /// <summary>The folder of this program, beside which the server's lies.</summary>
    public string ProgramFolder { get; init; } = AppContext.BaseDirectory;

    /// <summary>How the user calls this program; the texts that name a next command use it.</summary>
    public string Command => Variable("ATELIER_COMMAND") ?? "atelier";

    /// <summary>The columns of the terminal behind stderr.</summary>
    public Func<int> Columns { get; init; } = () => DefaultColumns;

    /// <summary>The real surroundings.</summary>
    public static CliHost System() => new()
    {
        Variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        // Plain streams: Console's own writers switch the terminal's keypad mode and load its description.
        In = new StreamReader(Console.OpenStandardInput()),
        Out = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true },
        Error = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true },
        OutIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        // A terminal that does not know its size says zero.
        Columns = () => Console.WindowWidth is > 1 and var columns ? columns : DefaultColumns,
    };
}

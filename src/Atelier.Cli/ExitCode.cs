namespace Atelier.Cli;

/// <summary>What the process answers; scripts rely on the numbers.</summary>
static class ExitCode
{
    public const int Done = 0;

    /// <summary>The request failed, or the server refused it.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong: nothing was sent.</summary>
    public const int Usage = 2;

    /// <summary>No such model, request or key.</summary>
    public const int NotFound = 3;

    /// <summary>The server cannot be reached or started.</summary>
    public const int Unreachable = 4;

    /// <summary>The time limit passed; the request goes on.</summary>
    public const int Timeout = 5;

    /// <summary>Ctrl-C: 128 + SIGINT, as shells count.</summary>
    public const int Interrupted = 130;
}

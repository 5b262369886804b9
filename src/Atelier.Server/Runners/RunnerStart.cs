namespace Atelier.Server.Runners;

/// <summary>What a runner process is started with.</summary>
sealed record RunnerStart
{
    public required RunnerProgram Program { get; init; }

    /// <summary>The app's id.</summary>
    public required string App { get; init; }

    /// <summary>Where the runner listens.</summary>
    public required string SocketPath { get; init; }

    /// <summary>Where the runner reaches the server.</summary>
    public required string Gateway { get; init; }

    /// <summary>The runner's secret, new with every start.</summary>
    public required string Token { get; init; }

    /// <summary>Pack name to folder.</summary>
    public required IReadOnlyDictionary<string, string> PackPaths { get; init; }

    /// <summary>One attempt's time.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>Longest answer that is read.</summary>
    public required long AnswerMaxBytes { get; init; }
}

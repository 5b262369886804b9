using Atelier.Protocol;

namespace Atelier.Server.Calls;

/// <summary>One attempt at one request, as a runner is given it. Bytes in, bytes out; nothing is parsed here.</summary>
public sealed record RunnerCall
{
    public required string RequestId { get; init; }

    /// <summary>The app's id: which fleet of runners.</summary>
    public required string App { get; init; }

    /// <summary>The whole endpoint id.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The path on the runner, with its leading slash.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// What follows the path when the call is a socket's: <c>?max_buffering=2</c>, without the caller's token; else empty.
    /// </summary>
    public string Query { get; init; } = "";

    /// <summary>The caller's hint for sticky routing, or null: a runner that announced it is preferred.</summary>
    public string? Hint { get; init; }

    /// <summary>
    /// Cancelled when processing must have started: the caller's deadline. It ends the wait for a runner and its start;
    /// once a runner has the call it means nothing.
    /// </summary>
    public CancellationToken StartDeadline { get; init; }

    /// <summary>From 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The body as the caller sent it.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Takes the request's log lines, from any thread.</summary>
    public required Action<LogLine> Log { get; init; }

    /// <summary>What the runner may do in the caller's name while the call runs.</summary>
    public required CallRights Rights { get; init; }
}

/// <summary>Whose request it is, and how its files are to be kept.</summary>
/// <param name="AccountId">Owner of the request; own files are resolved under this account's rights.</param>
/// <param name="FilesBaseUrl">Prefix of file URLs in the answer: <c>http://127.0.0.1:8410</c>, without trailing slash.</param>
/// <param name="LifecyclePreference">The <c>X-Fal-Object-Lifecycle-Preference</c> header as it came, or null.</param>
/// <param name="KeyId">The key of the request: its storage settings hold for output files. Null has none.</param>
public sealed record CallRights(
    string AccountId, string FilesBaseUrl, string? LifecyclePreference, string? KeyId = null);

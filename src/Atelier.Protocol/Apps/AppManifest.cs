using System.Text.Json.Nodes;

namespace Atelier.Protocol.Apps;

/// <summary>What a program that hosts apps says of one app: <c>describe</c> prints a list of these.</summary>
/// <remarks>
/// The gateway knows an app only by this; it never loads the app's code. Generated readers set what the JSON leaves out
/// to null, so the properties with defaults keep theirs against null.
/// </remarks>
public sealed record AppManifest
{
    /// <summary>The id without a path: <c>fal-ai/kokoro</c>.</summary>
    public required string App { get; init; }

    /// <summary>What answers under the app, in the order of the catalogue. Never empty.</summary>
    public required IReadOnlyList<EndpointManifest> Endpoints { get; init; }

    /// <summary>Packs that must be on disk before a runner starts, by name.</summary>
    public IReadOnlyList<string> Packs { get; init => field = value ?? []; } = [];

    /// <summary>How many runners, how long they live, what they may take.</summary>
    public AppScaling Scaling { get; init => field = value ?? new(); } = new();
}

/// <summary>Scaling of one app. Times are seconds. The defaults are fal's, see <c>docs/architecture/03-apps-and-runners.md</c>.</summary>
/// <param name="KeepAliveSeconds">Seconds that an idle runner lives on.</param>
/// <param name="MaxMultiplexing">Requests that one runner works on at once.</param>
/// <param name="MinConcurrency">Runners kept even when idle.</param>
/// <param name="MaxConcurrency">Runners at most.</param>
/// <param name="StartupTimeoutSeconds">Seconds from the process's start to ready.</param>
/// <param name="RequestTimeoutSeconds">Seconds that one attempt may take.</param>
/// <param name="TerminationGraceSeconds">Seconds from SIGTERM to SIGKILL.</param>
/// <remarks>A constructor's defaults hold for what the JSON leaves out; those of properties would not.</remarks>
public sealed record AppScaling(
    int KeepAliveSeconds = 60,
    int MaxMultiplexing = 1,
    int MinConcurrency = 0,
    int MaxConcurrency = 1,
    int StartupTimeoutSeconds = 600,
    int RequestTimeoutSeconds = 3600,
    int TerminationGraceSeconds = 5);

/// <summary>One endpoint of an app: what the catalogue, validation and OpenAPI need.</summary>
public sealed record EndpointManifest
{
    /// <summary>The whole id: <c>fal-ai/kokoro/american-english</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The path on the runner: <c>/american-english</c>, or <c>/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The name that people read.</summary>
    public required string Title { get; init; }

    /// <summary>One of fal's categories: <c>text-to-speech</c>.</summary>
    public required string Category { get; init; }

    /// <summary>One or two sentences.</summary>
    public required string Description { get; init; }

    /// <summary>
    /// <c>exact</c>: the weights that fal's id names. <c>like</c>: another net for the same job under fal's id.
    /// <c>own</c>: an id of ours.
    /// </summary>
    public string Fidelity { get; init => field = value ?? "own"; } = "own";

    /// <summary>What really runs, as told in <c>x-atelier-model</c>: <c>Kokoro-82M v1.0; q8; kokoro@1</c>.</summary>
    public string? Model { get; init; }

    /// <summary>The model card: origin, licences of code and of weights, limits. Markdown.</summary>
    public string? Card { get; init; }

    /// <summary>A diagnostic: left out of the catalogue's default listing.</summary>
    public bool Diagnostic { get; init; }

    /// <summary>What connects instead of calling: the endpoint is a WebSocket. Null for endpoints that are called.</summary>
    public RealtimeManifest? Realtime { get; init; }

    /// <summary>It answers a stream of events, each a whole <see cref="Output"/>; the last one is the result.</summary>
    public bool Streams { get; init; }

    /// <summary>JSON schema of the input object (with <c>x-fal-order-properties</c>), self-contained.</summary>
    public required JsonObject Input { get; init; }

    /// <summary>JSON schema of the output object, self-contained.</summary>
    public required JsonObject Output { get; init; }
}

namespace Atelier.Apps;

/// <summary>
/// Something that generates: a class with typed endpoints. Built-in models and users' own apps are the same thing.
/// One instance serves all requests of a runner; weights are loaded once, in <see cref="SetupAsync"/>.
/// </summary>
/// <example>
/// <code>
/// [App("me/shout")]
/// public sealed class Shout : App
/// {
///     [Endpoint("/")]
///     public Task&lt;Output&gt; Run(Input input, Call call, CancellationToken cancellationToken) => …
/// }
/// </code>
/// </example>
public abstract class App
{
    /// <summary>Loads what every request needs. The runner is ready when it returns.</summary>
    public virtual Task SetupAsync(AppSetup setup, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called once, after the last request, before the process ends.</summary>
    public virtual Task TeardownAsync() => Task.CompletedTask;

    /// <summary>Called at once on SIGTERM, while requests may still run.</summary>
    public virtual void HandleExit()
    {
    }

    /// <summary>Hints for sticky routing, or null when the app gives none.</summary>
    public virtual IReadOnlyList<string>? ProvideHints() => null;

    /// <summary>What <c>GET /health</c> answers besides the version.</summary>
    public virtual object? Health() => null;

    /// <summary>Seconds that an idle runner lives on.</summary>
    public virtual int KeepAliveSeconds => 60;

    /// <summary>Requests that one runner works on at once.</summary>
    public virtual int MaxMultiplexing => 1;

    /// <summary>Runners kept even when idle.</summary>
    public virtual int MinConcurrency => 0;

    /// <summary>Runners at most.</summary>
    public virtual int MaxConcurrency => 1;

    /// <summary>Seconds from the process's start to ready.</summary>
    public virtual int StartupTimeoutSeconds => 600;

    /// <summary>Seconds that one attempt may take.</summary>
    public virtual int RequestTimeoutSeconds => 3600;
}

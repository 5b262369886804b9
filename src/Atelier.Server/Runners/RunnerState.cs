namespace Atelier.Server.Runners;

/// <summary>The life of a runner: each state can only be followed by a later one.</summary>
public enum RunnerState
{
    /// <summary>Packs are pulled, then the process starts and loads; it takes no calls.</summary>
    Starting,

    /// <summary>Its health check answered 200; it takes calls, or waits for them.</summary>
    Ready,

    /// <summary>It takes no new calls; it ends when those it has are done, or when its grace is over.</summary>
    Draining,

    /// <summary>The process has ended.</summary>
    Gone,
}

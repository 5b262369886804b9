using Atelier.Server.Calls;

namespace Atelier.Server.Runners;

/// <summary>What a call says of the runner that had it.</summary>
enum RunnerVerdict
{
    /// <summary>It takes the next call.</summary>
    Keep,

    /// <summary>It takes the next call, and its health is looked at meanwhile.</summary>
    CheckHealth,

    /// <summary>It takes no more calls and is asked to end when it is idle.</summary>
    Drain,

    /// <summary>It is ended at once.</summary>
    Kill,
}

/// <summary>A call's outcome and what follows from it for the runner.</summary>
readonly record struct RunnerReply(RunnerOutcome Outcome, RunnerVerdict Verdict);

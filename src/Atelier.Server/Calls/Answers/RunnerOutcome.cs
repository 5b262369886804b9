namespace Atelier.Server.Calls;

/// <summary>How a call to a runner ended: the app answered, or the runner failed in a named phase.</summary>
public abstract record RunnerOutcome
{
    RunnerOutcome()
    {
    }

    /// <summary>The app answered, well or badly: its status and body pass unchanged.</summary>
    /// <param name="Headers">The app's own answer headers that reach the caller or the retry rule; names lower-case.</param>
    public sealed record Answered(int Status, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string> Headers) : RunnerOutcome;

    /// <summary>No answer of the app.</summary>
    /// <param name="Sentence">For the log and the request's log: who failed and how, no host paths.</param>
    public sealed record Failed(RunnerFailure Failure, string Sentence) : RunnerOutcome
    {
        // A runner that failed to start three times in a row says so itself; this guards against one that does not.
        const int StartsMax = 3;

        /// <summary>Whether the call, of which nothing has run yet, may be begun once more.</summary>
        /// <param name="starts">How often it was begun.</param>
        public bool MayStartAgain(int starts) => Failure is RunnerFailure.StartupRetry && starts < StartsMax;
    }
}

/// <summary>Who failed, in which phase.</summary>
public enum RunnerFailure
{
    /// <summary>The process ended by itself or did not become ready in time, three times in a row.</summary>
    Startup,

    /// <summary>A single failed start; the request may wait for the next one.</summary>
    StartupRetry,

    /// <summary>Ready, but the connection was refused.</summary>
    Refused,

    /// <summary>The runner died or closed the connection while it had the request.</summary>
    Disconnected,

    /// <summary>The runner died of a signal (crash, OOM) while it had the request.</summary>
    Killed,

    /// <summary>The answer broke off.</summary>
    Incomplete,

    /// <summary>The app's request timeout passed; the runner was ended.</summary>
    RequestTimeout,

    /// <summary>A pack could not be pulled, or no program hosts the app.</summary>
    Unavailable,

    /// <summary>The server is stopping, or the runner was stopped on purpose: not the request's fault.</summary>
    Interrupted,
}

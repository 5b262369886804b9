namespace Atelier.Queue;

/// <summary>One outcome to be stored, with the fence.</summary>
public sealed record FinishedAttempt(string JobId, int Attempt, JobOutcome Outcome);

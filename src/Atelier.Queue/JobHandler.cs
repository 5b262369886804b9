namespace Atelier.Queue;

/// <summary>Runs one attempt and says how it ended.</summary>
/// <remarks>
/// The token is cancelled when the caller cancels the job, when the lease is lost and when the server stops; the
/// handler
/// then ends the attempt and throws <see cref="OperationCanceledException"/> or returns a real outcome. Any other
/// exception completes the job with <see cref="PlatformAnswers.Internal"/>.
/// </remarks>
public delegate Task<JobOutcome> JobHandler(Lease lease, CancellationToken cancellationToken);

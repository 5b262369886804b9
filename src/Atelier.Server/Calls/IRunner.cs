namespace Atelier.Server.Calls;

/// <summary>
/// Whatever runs an app's calls: a fleet of child processes, or code in this process that needs no native library.
/// </summary>
public interface IRunner
{
    /// <summary>
    /// Runs one attempt. Starts what must be started first. Cancelling the token asks the app to cancel
    /// (<c>POST {path}/cancel</c>) and throws <see cref="OperationCanceledException"/> once the runner is free again.
    /// </summary>
    Task<RunnerOutcome> RunAsync(RunnerCall call, CancellationToken cancellationToken);
}

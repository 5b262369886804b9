using System.Net.WebSockets;

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

    /// <summary>
    /// Gives a caller's socket to the app, for as long as the session lasts; starts what must be started first.
    /// Cancelling the token ends the session and throws <see cref="OperationCanceledException"/> once the runner is free.
    /// </summary>
    /// <param name="caller">
    /// Has been accepted. Whoever ended the session has closed it on return; after a failure it is still open.
    /// </param>
    /// <returns>Null when either side ended the session in order; else who failed.</returns>
    Task<RunnerOutcome.Failed?> ConnectAsync(RunnerCall call, WebSocket caller, CancellationToken cancellationToken);
}

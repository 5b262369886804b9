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
    /// <returns>The whole answer; of a stream of events, the last one's data.</returns>
    Task<RunnerOutcome> RunAsync(RunnerCall call, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="RunAsync"/>, for a caller who reads along: a 200 whose content type is not JSON is handed to
    /// <paramref name="stream"/> as it comes.
    /// </summary>
    /// <returns>
    /// How the call ended. For an answer that was handed over: <see cref="RunnerOutcome.Answered"/> with an empty body
    /// when it was whole, <see cref="RunnerOutcome.Failed"/> when it broke off.
    /// </returns>
    Task<RunnerOutcome> StreamAsync(RunnerCall call, IAnswerStream stream, CancellationToken cancellationToken);

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

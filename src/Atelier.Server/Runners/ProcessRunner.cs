using System.Net.WebSockets;
using Atelier.Protocol;
using Atelier.Protocol.Apps;
using Atelier.Server.Calls;

namespace Atelier.Server.Runners;

/// <summary>Runs one app's calls on its fleet of child processes.</summary>
sealed class ProcessRunner(AppManifest manifest, RunnerSurroundings surroundings, ILogger<ProcessRunner> logger)
    : IRunner
{
    static readonly Func<ILogger, string, IDisposable?> RequestScope =
        LoggerMessage.DefineScope<string>("Request {FalRequestId}");

    readonly Fleet _fleet = new(manifest, surroundings, logger);

    public Task<RunnerOutcome> RunAsync(RunnerCall call, CancellationToken cancellationToken) =>
        CallAsync(call, null, cancellationToken);

    public Task<RunnerOutcome> StreamAsync(RunnerCall call, IAnswerStream stream, CancellationToken cancellationToken) =>
        CallAsync(call, stream, cancellationToken);

    public async Task<RunnerOutcome.Failed?> ConnectAsync(
        RunnerCall call, WebSocket caller, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var scope = RequestScope(logger, call.RequestId);
        var (member, failure) = await _fleet.TakeAsync(call, cancellationToken);
        if (member is null)
        {
            return failure!;
        }

        var verdict = RunnerVerdict.Keep;
        try
        {
            (var failed, verdict) = await member.Process!.ConnectAsync(call, caller, cancellationToken);
            return failed;
        }
        finally
        {
            _fleet.Return(member, verdict);
        }
    }

    /// <summary>Starts the runners that the app keeps even when idle.</summary>
    public void KeepMinimum() => _fleet.KeepMinimum();

    /// <summary>Takes no more calls, gives those that run the app's grace, and ends every runner.</summary>
    public Task StopAsync() => _fleet.StopAsync();

    /// <summary>Every runner of the app now.</summary>
    public IReadOnlyList<RunnerStatus> Snapshot() => _fleet.Snapshot();

    async ValueTask<Admission> TakeAsync(RunnerCall call, CancellationToken cancellationToken)
    {
        if (!call.StartDeadline.CanBeCanceled)
        {
            return await _fleet.TakeAsync(call, cancellationToken);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.StartDeadline);
        return await _fleet.TakeAsync(call, either.Token);
    }

    async Task<RunnerOutcome> CallAsync(RunnerCall call, IAnswerStream? stream, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var scope = RequestScope(logger, call.RequestId);
        var (member, failure) = await TakeAsync(call, cancellationToken);
        if (member is null)
        {
            return failure!;
        }

        // A cancelled call says nothing of the runner: one that ignored its cancellation has been ended by then.
        var verdict = RunnerVerdict.Keep;
        try
        {
            (var outcome, verdict) = await member.Process!.CallAsync(call, stream, cancellationToken);
            if (outcome is RunnerOutcome.Answered answered && answered.Headers.TryGetValue(FalHeaders.RunnerHints, out var hints))
            {
                _fleet.Announced(member, hints);
            }

            return outcome;
        }
        finally
        {
            _fleet.Return(member, verdict);
        }
    }
}

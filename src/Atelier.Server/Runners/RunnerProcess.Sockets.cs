using System.Net.WebSockets;
using Atelier.Server.Calls;

namespace Atelier.Server.Runners;

/// <summary>A runner's sessions: sockets of callers, passed through to the app.</summary>
sealed partial class RunnerProcess
{
    /// <summary>Runs one session to its end. Throws only for the token's sake, once the runner is done with it.</summary>
    public async Task<SessionReply> ConnectAsync(RunnerCall call, WebSocket caller, CancellationToken cancellationToken)
    {
        using var listed = _activeCalls.Begin(call.RequestId, _start.Token, call.Rights);
        _calls[call.RequestId] = call;
        try
        {
            return await PumpAsync(call, caller, cancellationToken);
        }
        catch (Exception fault) when (fault is WebSocketException or HttpRequestException or IOException)
        {
            var (outcome, verdict) = await ExplainAsync(RunnerFailure.Disconnected, "The runner closed the connection.");
            return new((RunnerOutcome.Failed)outcome, verdict);
        }
        finally
        {
            _output.Drain();
            _calls.TryRemove(call.RequestId, out _);
        }
    }

    async Task<SessionReply> PumpAsync(RunnerCall call, WebSocket caller, CancellationToken cancellationToken)
    {
        using var runner = await _http.ConnectAsync(call, cancellationToken);

        // A process that this one started can hold the socket open after its end.
        using var silent = _silent.Token.UnsafeRegister(static socket => ((WebSocket)socket!).Abort(), runner);
        var pump = new SocketPump(caller, runner, _time);
        var verdict = RunnerVerdict.Keep;
        if (await pump.RunAsync(cancellationToken) is PumpEnd.Ignored && !await CancelAsync(call, pump))
        {
            Log.CloseIgnored(_logger, call.RequestId, call.Endpoint, Id);
            await KillAsync();
            verdict = RunnerVerdict.Kill;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new(null, verdict);
    }

    // An app that is at work does not see that its caller has closed, when there are messages before the close.
    async Task<bool> CancelAsync(RunnerCall call, SocketPump pump)
    {
        using var grace = new CancellationTokenSource(CancelGrace, _time);
        await _http.CancelAsync(call, grace.Token);
        return await pump.EndAsync() is PumpEnd.Closed;
    }
}

/// <summary>How a session ended, and what follows from it for the runner.</summary>
/// <param name="Failed">Null when either side ended it.</param>
readonly record struct SessionReply(RunnerOutcome.Failed? Failed, RunnerVerdict Verdict);

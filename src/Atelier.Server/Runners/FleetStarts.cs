using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography;
using Atelier.Protocol;
using Atelier.Server.Calls;

namespace Atelier.Server.Runners;

// How the fleet grows: a member's way from a place in the list to a ready runner, and out of the list again.
sealed partial class Fleet
{
    // Enough to see why; a request's log is no copy of the runner's.
    const int LinesOfFailedStart = 20;

    // Under the gate.
    void StartWanted()
    {
        if (_stopped)
        {
            return;
        }

        var calls = _queue.Count + _members.Where(member => member.IsUsable).Sum(member => member.InFlight);
        var filled = (calls + Scaling.MaxMultiplexing - 1) / Scaling.MaxMultiplexing;
        var wanted = Math.Max(Scaling.MinConcurrency, filled);
        while (_members.Count(member => member.IsUsable) < wanted && _members.Count < Scaling.MaxConcurrency)
        {
            if (_backoff.Wait is var wait && wait > TimeSpan.Zero)
            {
                _nextStart.Change(wait, Timeout.InfiniteTimeSpan);
                return;
            }

            // After a failure, one start at a time finds out whether the cause is still there.
            if (_backoff.Failures > 0 && _members.Exists(member => member.State == RunnerState.Starting))
            {
                return;
            }

            var member = new FleetMember(Time.GetUtcNow());
            _members.Add(member);
            member.Life = Task.Run(() => SuperviseAsync(member));
        }
    }

    async Task SuperviseAsync(FleetMember member)
    {
        try
        {
            await LiveAsync(member);
        }
        catch (OperationCanceledException) when (_stopped)
        {
            // The server stops; whoever waited has been told.
        }
        catch (PackUnavailableException fault)
        {
            GiveUp(fault.Message, fault);
        }
        catch (Win32Exception fault)
        {
            GiveUp($"The program that hosts {_manifest.App} could not be started.", fault);
        }
#pragma warning disable CA1031 // The supervisor: what breaks a start ends the requests that wait, not the server.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            GiveUp($"{_manifest.App} could not be started.", fault);
        }
        finally
        {
            if (member.Process is { } process)
            {
                await process.KillAsync();
                _surroundings.Ledger.Remove(process.Id);
            }

            Leave(member);
        }
    }

    async Task LiveAsync(FleetMember member)
    {
        var packs = await _surroundings.PreparePacks(_manifest, LogToWaiting, _stopping.Token);
        var startedAt = Time.GetUtcNow();
        var process = Start(member, packs);
        var timeout = TimeSpan.FromSeconds(Scaling.StartupTimeoutSeconds);
        if (await process.WaitReadyAsync(timeout, _stopping.Token) is { } reason)
        {
            await process.KillAsync();
            FailStart(member, startedAt, reason);
            return;
        }

        lock (_gate)
        {
            _backoff.Succeeded();
            if (member.State == RunnerState.Starting)
            {
                member.State = RunnerState.Ready;
                member.IdleSince = Time.GetUtcNow();
                member.KeepAlive = Time.CreateTimer(
                    _ => CheckKeepAlive(member), null, KeepAlive, Timeout.InfiniteTimeSpan);
                Admit();
                StartWanted();
            }
        }

        await process.Exited;
        lock (_gate)
        {
            // It died of itself, without a call to blame: the next one may as well, so the starts are spaced.
            if (member is { State: RunnerState.Ready, InFlight: 0 })
            {
                _backoff.Failed(Time.GetUtcNow());
            }
        }
    }

    RunnerProcess Start(FleetMember member, IReadOnlyDictionary<string, string> packs)
    {
        var start = new RunnerStart
        {
            Program = _surroundings.Program,
            App = _manifest.App,
            SocketPath = _surroundings.Sockets.NewSocket(),
            Gateway = _surroundings.Gateway(),
            Token = RandomNumberGenerator.GetHexString(64, lowercase: true),
            PackPaths = packs,
            RequestTimeout = TimeSpan.FromSeconds(Scaling.RequestTimeoutSeconds),
            AnswerMaxBytes = _surroundings.AnswerMaxBytes,
        };
        lock (_gate)
        {
            // Under the gate, so that a stop sees either no process or one that it can end.
            if (_stopped)
            {
                throw new OperationCanceledException(_stopping.Token);
            }

            member.Process = RunnerProcess.Start(start, _surroundings.ActiveCalls, Time, _logger);
        }

        _surroundings.Ledger.Add(member.Process.Id);
        return member.Process;
    }

    void FailStart(FleetMember member, DateTimeOffset startedAt, string reason)
    {
        lock (_gate)
        {
            member.State = RunnerState.Gone;
            _backoff.Failed(startedAt);
            Log.StartFailed(_logger, _manifest.App, _backoff.Failures, reason);
            if (_stopped || _members.Exists(other => other.IsUsable))
            {
                return;
            }

            var failures = _backoff.Failures;
            var givenUp = failures >= StartBackoff.GiveUpAfter;
            var sentence = givenUp
                ? string.Create(CultureInfo.InvariantCulture, $"The runner {reason}; {failures} starts failed in a row.")
                : $"The runner {reason}.";
            _queue.FailAll(
                new(givenUp ? RunnerFailure.Startup : RunnerFailure.StartupRetry, sentence),
                givenUp ? member.Process!.LastLines(LinesOfFailedStart) : []);
        }
    }

    void GiveUp(string sentence, Exception fault)
    {
        Log.StartBroke(_logger, fault, _manifest.App);
        lock (_gate)
        {
            if (Scaling.MinConcurrency > 0)
            {
                // Nobody has to ask for the next start, so something must slow it down.
                _backoff.Failed(Time.GetUtcNow());
            }

            _queue.FailAll(new(RunnerFailure.Unavailable, sentence), []);
        }
    }

    void Leave(FleetMember member)
    {
        lock (_gate)
        {
            member.State = RunnerState.Gone;
            member.KeepAlive?.Dispose();
            _members.Remove(member);
            StartWanted();
        }
    }

    void LogToWaiting(LogLine line)
    {
        IReadOnlyList<RunnerCall> calls;
        lock (_gate)
        {
            calls = _queue.Calls();
        }

        foreach (var call in calls)
        {
            call.Log(line);
        }
    }
}

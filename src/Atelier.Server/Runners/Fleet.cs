using System.Diagnostics.CodeAnalysis;
using Atelier.Protocol.Apps;
using Atelier.Server.Calls;

namespace Atelier.Server.Runners;

/// <summary>
/// The runners of one app: hands out places, starts runners when calls wait, ends those that are idle or broken.
/// </summary>
/// <remarks>
/// Wanted are as many runners as the calls fill, at least the app's minimum, at most its maximum; a runner that drains
/// counts to the maximum, because it still holds its memory. One gate guards all state; it is never held while
/// waiting.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the server; a stopped one holds no timer.")]
sealed partial class Fleet
{
    readonly Lock _gate = new();
    readonly List<FleetMember> _members = [];
    readonly FleetQueue _queue = new();
    readonly CancellationTokenSource _stopping = new();
    readonly AppManifest _manifest;
    readonly RunnerSurroundings _surroundings;
    readonly ILogger _logger;
    readonly StartBackoff _backoff;
    readonly ITimer _nextStart;
    bool _stopped;

    public Fleet(AppManifest manifest, RunnerSurroundings surroundings, ILogger logger)
    {
        (_manifest, _surroundings, _logger) = (manifest, surroundings, logger);
        _backoff = new(Time);
        _nextStart = Time.CreateTimer(_ => KeepMinimum(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    TimeProvider Time => _surroundings.Time;

    AppScaling Scaling => _manifest.Scaling;

    TimeSpan KeepAlive => TimeSpan.FromSeconds(Scaling.KeepAliveSeconds);

    TimeSpan Grace => TimeSpan.FromSeconds(Scaling.TerminationGraceSeconds);

    /// <summary>A place for one call, waiting for a runner when there is none. Each place is given back once.</summary>
    public async ValueTask<Admission> TakeAsync(RunnerCall call, CancellationToken cancellationToken)
    {
        LinkedListNode<FleetQueue.Waiter> node;
        lock (_gate)
        {
            if (_stopped)
            {
                return new(null, Interrupted());
            }

            if (_queue.Count == 0 && Choose(call.Hint) is { } free)
            {
                free.InFlight++;
                return new(free, null);
            }

            node = _queue.Add(call);
            StartWanted();
        }

        await using var registration = cancellationToken.Register(() => Abandon(node, cancellationToken));
        return await node.Value.Admission.Task;
    }

    /// <summary>Gives a place back, with what its call says of the runner.</summary>
    public void Return(FleetMember member, RunnerVerdict verdict)
    {
        lock (_gate)
        {
            member.InFlight--;
            member.IdleSince = Time.GetUtcNow();
            if (member.State == RunnerState.Ready)
            {
                Apply(member, verdict);
            }

            Admit();
            StartWanted();
            if (member.InFlight == 0 && (member.State == RunnerState.Draining || IsSurplus(member, TimeSpan.Zero)))
            {
                Drain(member);
            }
        }
    }

    /// <summary>Takes the hints that a runner answered with; calls that hint at one of them find it from now on.</summary>
    public void Announced(FleetMember member, string hints)
    {
        var list = hints.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        lock (_gate)
        {
            member.Hints = list;
        }
    }

    public void KeepMinimum()
    {
        lock (_gate)
        {
            StartWanted();
        }
    }

    public IReadOnlyList<RunnerStatus> Snapshot()
    {
        lock (_gate)
        {
            return [.. _members.Select(member =>
                new RunnerStatus(_manifest.App, member.Process?.Id, member.State, member.InFlight, member.Since))];
        }
    }

    public async Task StopAsync()
    {
        Task[] ends;
        lock (_gate)
        {
            _stopped = true;
            _nextStart.Dispose();
            _queue.FailAll(Interrupted(), []);
            foreach (var member in _members)
            {
                member.State = RunnerState.Draining;
            }

            ends =
            [
                .. _members.Select(member => member.Process?.StopAsync(Grace) ?? Task.CompletedTask),
                .. _members.Select(member => member.Life),
            ];
        }

        await _stopping.CancelAsync();
        await Task.WhenAll(ends);
    }

    static RunnerOutcome.Failed Interrupted() => new(RunnerFailure.Interrupted, "The server is stopping.");

    void Abandon(LinkedListNode<FleetQueue.Waiter> node, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _queue.Abandon(node, cancellationToken);
        }
    }

    // Under the gate. The least busy runner among those that hold what the call hints at, else among all: a hint is a
    // wish, and nobody waits for it.
    FleetMember? Choose(string? hint)
    {
        FleetMember? best = null;
        FleetMember? hinted = null;
        foreach (var member in _members)
        {
            if (member.State != RunnerState.Ready || member.InFlight >= Scaling.MaxMultiplexing)
            {
                continue;
            }

            if (member.InFlight < (best?.InFlight ?? int.MaxValue))
            {
                best = member;
            }

            if (hint is not null && member.InFlight < (hinted?.InFlight ?? int.MaxValue) && member.Hints.Contains(hint))
            {
                hinted = member;
            }
        }

        return hinted ?? best;
    }

    // Under the gate.
    void Admit()
    {
        while (_queue.FirstHint is var hint && _queue.Count > 0 && Choose(hint) is { } free)
        {
            free.InFlight++;
            _queue.AdmitFirst(free);
        }
    }

    // Under the gate.
    void Apply(FleetMember member, RunnerVerdict verdict)
    {
        switch (verdict)
        {
            case RunnerVerdict.Drain:
                member.State = RunnerState.Draining;
                break;
            case RunnerVerdict.Kill:
                member.State = RunnerState.Draining;
                _ = member.Process!.KillAsync();
                break;
            case RunnerVerdict.CheckHealth when !member.IsChecked:
                member.IsChecked = true;
                _ = CheckHealthAsync(member);
                break;
            default:
                break;
        }
    }

    async Task CheckHealthAsync(FleetMember member)
    {
        var healthy = await member.Process!.IsHealthyAsync();
        lock (_gate)
        {
            member.IsChecked = false;
            if (!healthy && member.State == RunnerState.Ready)
            {
                Log.Unhealthy(_logger, _manifest.App, member.Process.Id);
                Apply(member, RunnerVerdict.Kill);
                StartWanted();
            }
        }
    }

    // Under the gate. Whether a runner may go: idle for so long, and more than the minimum stay.
    bool IsSurplus(FleetMember member, TimeSpan idle) =>
        member.State == RunnerState.Ready && member.InFlight == 0
        && idle >= KeepAlive && _members.Count(other => other.IsUsable) > Scaling.MinConcurrency;

    void CheckKeepAlive(FleetMember member)
    {
        lock (_gate)
        {
            var idle = member.InFlight > 0 ? TimeSpan.Zero : Time.GetUtcNow() - member.IdleSince;
            if (IsSurplus(member, idle))
            {
                Drain(member);
            }
            else if (member.State == RunnerState.Ready)
            {
                // The timer is not touched by calls; it finds out here how long they have kept the runner busy.
                member.KeepAlive!.Change(idle < KeepAlive ? KeepAlive - idle : KeepAlive, Timeout.InfiniteTimeSpan);
            }
        }
    }

    // Under the gate; the runner has no calls.
    void Drain(FleetMember member)
    {
        member.State = RunnerState.Draining;
        _ = member.Process!.StopAsync(Grace);
    }

    static partial class Log
    {
        [LoggerMessage(1210, LogLevel.Warning, "Process {ProcessId}, a runner of {App}, is unhealthy; ending it.")]
        public static partial void Unhealthy(ILogger logger, string app, int processId);

        [LoggerMessage(1211, LogLevel.Warning, "A start of {App} failed, {Failures} in a row: the runner {Reason}.")]
        public static partial void StartFailed(ILogger logger, string app, int failures, string reason);

        [LoggerMessage(1212, LogLevel.Error, "A runner of {App} could not be started.")]
        public static partial void StartBroke(ILogger logger, Exception fault, string app);
    }
}

namespace Atelier.Server.Runners;

/// <summary>A runner as its fleet sees it. Everything that changes is written under the fleet's gate only.</summary>
sealed class FleetMember(DateTimeOffset since)
{
    public DateTimeOffset Since { get; } = since;

    public RunnerState State { get; set; } = RunnerState.Starting;

    /// <summary>Null until the packs are there and the process is started.</summary>
    public RunnerProcess? Process { get; set; }

    /// <summary>From start to end; completes when the runner has left the fleet.</summary>
    public Task Life { get; set; } = Task.CompletedTask;

    public int InFlight { get; set; }

    /// <summary>When the last call was done.</summary>
    public DateTimeOffset IdleSince { get; set; }

    /// <summary>Looks whether the runner has been idle for its keep-alive.</summary>
    public ITimer? KeepAlive { get; set; }

    /// <summary>What it holds ready, as its last answer that said so listed it.</summary>
    public IReadOnlyList<string> Hints { get; set; } = [];

    /// <summary>A health check is under way; a second one would say the same.</summary>
    public bool IsChecked { get; set; }

    /// <summary>Counts to the runners that the fleet can use, now or soon.</summary>
    public bool IsUsable => State is RunnerState.Starting or RunnerState.Ready;
}

using Atelier.Protocol;
using Atelier.Server.Calls;

namespace Atelier.Server.Runners;

/// <summary>Calls that wait for a runner, in arrival order. Every method is called under the fleet's gate.</summary>
sealed class FleetQueue
{
    readonly LinkedList<Waiter> _waiters = [];

    public int Count => _waiters.Count;

    /// <summary>What the call that is next hints at, or null.</summary>
    public string? FirstHint => _waiters.First?.Value.Call.Hint;

    public LinkedListNode<Waiter> Add(RunnerCall call) => _waiters.AddLast(new Waiter(call));

    /// <summary>Takes a call out that is no longer wanted; one that has its runner already keeps it.</summary>
    public void Abandon(LinkedListNode<Waiter> node, CancellationToken cancellationToken)
    {
        if (node.List is not null)
        {
            _waiters.Remove(node);
            node.Value.Admission.TrySetCanceled(cancellationToken);
        }
    }

    public void AdmitFirst(FleetMember member)
    {
        var first = _waiters.First!.Value;
        _waiters.RemoveFirst();
        first.Admission.SetResult(new(member, null));
    }

    public void FailAll(RunnerOutcome.Failed failure, IReadOnlyList<LogLine> log)
    {
        foreach (var waiter in _waiters)
        {
            foreach (var line in log)
            {
                waiter.Call.Log(line);
            }

            waiter.Admission.SetResult(new(null, failure));
        }

        _waiters.Clear();
    }

    public IReadOnlyList<RunnerCall> Calls() => [.. _waiters.Select(waiter => waiter.Call)];

    /// <summary>A call and the answer to its wait.</summary>
    public sealed class Waiter(RunnerCall call)
    {
        public RunnerCall Call { get; } = call;

        public TaskCompletionSource<Admission> Admission { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Either a runner that has a place for the call, or why there is none.</summary>
readonly record struct Admission(FleetMember? Member, RunnerOutcome.Failed? Failure);

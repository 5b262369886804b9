using System.Collections.Concurrent;
using System.Net.WebSockets;
using Atelier.Server.Calls;

namespace Atelier.Tests.Server.Support;

/// <summary>A runner that does what the test says, and keeps what it was given.</summary>
sealed class ScriptedRunner : IRunner
{
    public static readonly RunnerOutcome Ok = Answer(200, """{"ok":true}""");

    /// <summary>Decides each call; answers <see cref="Ok"/> unless the test says otherwise.</summary>
    public Func<RunnerCall, CancellationToken, Task<RunnerOutcome>> Handle { get; set; } = (_, _) => Task.FromResult(Ok);

    /// <summary>Decides each call whose caller reads along; null leaves it to <see cref="Handle"/>.</summary>
    public Func<RunnerCall, IAnswerStream, CancellationToken, Task<RunnerOutcome>>? HandleStream { get; set; }

    public ConcurrentQueue<RunnerCall> Calls { get; } = new();

    public static RunnerOutcome Answer(int status, string body, params (string Name, string Value)[] headers) =>
        new RunnerOutcome.Answered(
            status, System.Text.Encoding.UTF8.GetBytes(body), headers.ToDictionary(header => header.Name, header => header.Value));

    public static RunnerOutcome Failed(RunnerFailure failure) => new RunnerOutcome.Failed(failure, $"The runner failed: {failure}.");

    /// <summary>Every call gets the same outcome.</summary>
    public void Always(RunnerOutcome outcome) => Handle = (_, _) => Task.FromResult(outcome);

    /// <summary>Calls stay with the runner until the returned source is set or they are cancelled.</summary>
    public (Task Begun, TaskCompletionSource<RunnerOutcome> End) HoldCalls()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource<RunnerOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        Handle = async (_, cancellationToken) =>
        {
            begun.TrySetResult();
            return await end.Task.WaitAsync(cancellationToken);
        };
        return (begun.Task, end);
    }

    /// <summary>Calls wait for a runner that never comes up, until their start deadline passes or they are cancelled.</summary>
    public Task NeverStart()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Handle = async (call, cancellationToken) =>
        {
            begun.TrySetResult();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.StartDeadline);
            return await new TaskCompletionSource<RunnerOutcome>().Task.WaitAsync(either.Token);
        };
        return begun.Task;
    }

    public Task<RunnerOutcome> RunAsync(RunnerCall call, CancellationToken cancellationToken)
    {
        Calls.Enqueue(call);
        return Handle(call, cancellationToken);
    }

    public Task<RunnerOutcome> StreamAsync(RunnerCall call, IAnswerStream stream, CancellationToken cancellationToken)
    {
        if (HandleStream is null)
        {
            return RunAsync(call, cancellationToken);
        }

        Calls.Enqueue(call);
        return HandleStream(call, stream, cancellationToken);
    }

    /// <summary>Decides each session; ends at once unless the test says otherwise.</summary>
    public Func<RunnerCall, WebSocket, CancellationToken, Task<RunnerOutcome.Failed?>> Connect { get; set; } =
        (_, _, _) => Task.FromResult<RunnerOutcome.Failed?>(null);

    public Task<RunnerOutcome.Failed?> ConnectAsync(RunnerCall call, WebSocket caller, CancellationToken cancellationToken)
    {
        Calls.Enqueue(call);
        return Connect(call, caller, cancellationToken);
    }
}

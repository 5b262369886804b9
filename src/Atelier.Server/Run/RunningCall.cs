using Atelier.Protocol;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.Run;

/// <summary>One sync run under way.</summary>
sealed class RunningCall(IncomingCall call, Caller caller, string filesBaseUrl, DateTimeOffset startedAt)
{
    public IncomingCall Call => call;

    /// <summary>When it got its slot; until then, when it came.</summary>
    public DateTimeOffset StartedAt { get; set; } = startedAt;

    /// <summary>Its lines, for the history: nobody can ask for them while it runs.</summary>
    public LogBuffer Log { get; } = new();

    public void AddLog(LogLine line) => Log.Append([new(line.Timestamp, line.Level, line.Message)]);

    public RunnerCall ToRunnerCall(CancellationToken startDeadline) => new()
    {
        StartDeadline = startDeadline,
        RequestId = call.RequestId,
        App = call.App.Manifest.App,
        Endpoint = call.Endpoint.Id,
        Path = call.Endpoint.Path,
        Attempt = 1,
        Input = call.Input,
        Hint = call.Preferences.RunnerHint,
        Log = AddLog,
        Rights = new(caller.AccountId, filesBaseUrl, call.Preferences.Lifecycle, caller.KeyId),
    };

    /// <summary>The request as the history keeps it.</summary>
    public NewJob ToJob() => new()
    {
        Id = call.RequestId,
        AccountId = caller.AccountId,
        KeyId = caller.KeyId,
        App = call.App.Manifest.App,
        Endpoint = call.Endpoint.Id,
        Input = call.Input,
        Context = call.ToContext(filesBaseUrl).ToJson(),
        Priority = call.Preferences.Priority,
        MaxAttempts = 1,
        PayloadRetention = call.Retention,
    };
}

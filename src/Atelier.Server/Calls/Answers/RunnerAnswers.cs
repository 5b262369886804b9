using System.Diagnostics;
using Atelier.Protocol;
using Atelier.Protocol.Apps;
using Atelier.Queue;

namespace Atelier.Server.Calls;

/// <summary>What callers are told of a call to a runner: the app's answer, or the platform's for each way to fail.</summary>
static class RunnerAnswers
{
    // What of the app's headers reaches the caller. The retry rule's own (needs-retry, stop-runner) end here.
    static readonly string[] Passed =
        [FalHeaders.BillableUnits, FalHeaders.Retryable, FalHeaders.RunnerHints, FalHeaders.Model, "location"];

    /// <summary>The answer to store or send. <see cref="RunnerFailure.Interrupted"/> has one too: a sync run needs it.</summary>
    public static StoredAnswer Of(RunnerOutcome outcome, EndpointManifest endpoint) => outcome switch
    {
        RunnerOutcome.Answered answered => new(answered.Status, answered.Body, Headers(answered, endpoint))
        {
            BillableUnits = StoredAnswers.Units(answered.Headers.GetValueOrDefault(FalHeaders.BillableUnits)),
        },
        RunnerOutcome.Failed failed => Of(failed),
        _ => throw new UnreachableException(),
    };

    /// <summary>404 for an endpoint that was served when the request was accepted and no longer is.</summary>
    public static StoredAnswer Unknown(string endpoint) =>
        new(404, WireErrors.Detail($"Application \"{endpoint}\" not found"), """{"x-fal-billable-units":"0"}""");

    static StoredAnswer Of(RunnerOutcome.Failed failed) => failed.Failure switch
    {
        RunnerFailure.Startup or RunnerFailure.StartupRetry =>
            StoredAnswers.Platform(504, "The runner did not start", "startup_timeout"),
        RunnerFailure.Refused =>
            StoredAnswers.Platform(503, "The runner refused the connection", "runner_connection_refused"),
        RunnerFailure.Disconnected or RunnerFailure.Killed =>
            StoredAnswers.Platform(503, "The runner disconnected", "runner_disconnected"),
        RunnerFailure.Incomplete =>
            StoredAnswers.Platform(502, "The runner's answer was incomplete", "runner_incomplete_response"),
        RunnerFailure.RequestTimeout =>
            StoredAnswers.Platform(504, "The request took longer than the app allows", "request_timeout"),

        // The one sentence that helps whoever asked: which pack is missing, how large it is, how to pull it.
        RunnerFailure.Unavailable => StoredAnswers.Platform(503, failed.Sentence, "runner_scheduling_failure"),
        RunnerFailure.Interrupted =>
            StoredAnswers.Platform(503, "The server is stopping", "runner_scheduling_failure"),
        _ => throw new UnreachableException(),
    };

    // What an app does not price costs one unit, and nothing when it failed.
    static string Headers(RunnerOutcome.Answered answered, EndpointManifest endpoint)
    {
        var isGood = answered.Status is >= 200 and < 300;
        if (isGood && answered.Headers.Count == 0 && endpoint.Model is null)
        {
            return StoredAnswers.OneUnit;
        }

        Dictionary<string, string> headers = [];
        foreach (var name in Passed)
        {
            if (answered.Headers.TryGetValue(name, out var value))
            {
                headers[name] = value;
            }
        }

        if (endpoint.Model is { } model)
        {
            headers.TryAdd(FalHeaders.Model, model);
        }

        headers.TryAdd(FalHeaders.BillableUnits, isGood ? "1" : "0");
        return StoredAnswers.Headers(headers);
    }
}

using Atelier.Protocol;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Hosting;
using Atelier.Server.Wire;

namespace Atelier.Server.Run;

/// <summary>
/// Sync run: validated at once, run in arrival order beside queued work, never retried, cancelled when its caller goes.
/// An answer that is a stream is handed on as it comes. It does not enter the queue; its history row is written after
/// the answer.
/// </summary>
sealed partial class RunEndpoint(
    CallIntake intake, InputValidators validators, RunHistory history, RunOptions options, ServerState state,
    TimeProvider time, ILogger<RunEndpoint> logger)
{
    const string Prefix = $"/{FalHostNames.Run}";

    // The caller's own deadline: clients then do not send the request again.
    const string UserTimeout = """{"x-fal-request-timeout-type":"user"}""";

    static readonly StoredAnswer Disconnected = StoredAnswers.Platform(499, "Client disconnected", "client_disconnected");
    static readonly WireError TooMany = WireError.Detail(
        429, "Too many requests of this app are waiting", "concurrent_requests_limit");

    // A page may open streams with a token; whoever wants more has a key.
    static readonly WireError NoToken = WireError.Detail(401, "A token opens streams and sockets only; this needs a key", "bad_request");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Prefix + "/{**path}", HandleAsync).WithMetadata(new AcceptsToken());
        routes.MapGet(Prefix + "/{**path}", HandleAsync).WithMetadata(new AcceptsToken());
        routes.MapMethods(
            Prefix + "/{**path}", ["PUT", "DELETE", "PATCH"],
            static context => WireError.Detail(405, "Method Not Allowed").ExecuteAsync(context));
    }

    async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value![Prefix.Length..].Trim('/');
        if (Caller.Of(context).ByToken && !path.EndsWith("/stream", StringComparison.Ordinal))
        {
            await NoToken.ExecuteAsync(context);
            return;
        }

        var (call, refused) = await intake.ReadAsync(context, path);
        if (call is null)
        {
            await refused!.ExecuteAsync(context);
            return;
        }

        if (call.App.Slots.Waiting >= options.WaitingMax && options.WaitingMax > 0)
        {
            context.Response.Headers[FalHeaders.NeedsRetry] = "1";
            await TooMany.ExecuteAsync(context);
            return;
        }

        var run = new RunningCall(call, Caller.Of(context), WireTarget.Of(context).FilesBaseUrl, time.GetUtcNow());
        using var stream = new RunStream(context, call.Endpoint, options.EventMaxBytes);
        var answer = validators.Check(call.Endpoint, call.Input) is { Count: > 0 } details
            ? StoredAnswers.Invalid(details)
            : state.IsDraining ? StoredAnswers.Stopping : await AttemptAsync(context, run, stream);

        CallMetrics.Completed(call.Endpoint.Id, answer.Status);
        Log.Completed(logger, call.RequestId, call.Endpoint.Id, answer.Status);
        if (stream.HasBegun)
        {
            answer = await stream.EndAsync(answer);
        }
        else if (!context.RequestAborted.IsCancellationRequested)
        {
            await StoredAnswers.SendAsync(context, answer);
        }

        await history.AddAsync(run.ToJob(), run.StartedAt, answer, run.Log);
    }

    async Task<StoredAnswer> AttemptAsync(HttpContext context, RunningCall run, RunStream stream)
    {
        var call = run.Call;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, state.GraceOver);
        var gone = over.Token;
        var timeout = call.Preferences.StartTimeout ?? options.StartTimeout;
        using var deadline = new CancellationTokenSource(timeout, time);
        try
        {
            using var slot = call.App.Slots.TryTake() ?? await WaitAsync(call, gone, deadline.Token);
            run.StartedAt = time.GetUtcNow();
            CallMetrics.Started(call.Endpoint.Id);
            try
            {
                return await RunAsync(run, stream, gone, deadline.Token);
            }
            finally
            {
                CallMetrics.Ended(call.Endpoint.Id);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            return context.RequestAborted.IsCancellationRequested ? Disconnected : StoredAnswers.Stopping;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return call.Preferences.StartTimeout is null ? StoredAnswers.TimedOut : StoredAnswers.TimedOut with { Headers = UserTimeout };
        }
    }

    static async Task<IDisposable> WaitAsync(IncomingCall call, CancellationToken gone, CancellationToken deadline)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, deadline);
        return await call.App.Slots.TakeAsync(either.Token);
    }

    async Task<StoredAnswer> RunAsync(
        RunningCall run, RunStream stream, CancellationToken gone, CancellationToken deadline)
    {
        var call = run.Call;
        for (var start = 1; ; start++)
        {
            var outcome = await call.App.Runner.StreamAsync(run.ToRunnerCall(deadline), stream, gone);
            if (outcome is RunnerOutcome.Failed failed)
            {
                run.AddLog(new(time.GetUtcNow(), "ERROR", failed.Sentence));
                Log.Failed(logger, call.RequestId, call.Endpoint.Id, failed.Failure, failed.Sentence);

                if (failed.MayStartAgain(start))
                {
                    deadline.ThrowIfCancellationRequested();
                    continue;
                }
            }

            return RunnerAnswers.Of(outcome, call.Endpoint);
        }
    }

    static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Debug, "Sync run {RequestId} of {Endpoint} ended with {Status}.")]
        public static partial void Completed(ILogger logger, string requestId, string endpoint, int status);

        [LoggerMessage(1303, LogLevel.Warning, "Sync run {RequestId} of {Endpoint} failed ({Failure}): {Sentence}")]
        public static partial void Failed(
            ILogger logger, string requestId, string endpoint, RunnerFailure failure, string sentence);
    }
}

using System.Net.WebSockets;
using Atelier.Protocol;
using Atelier.Protocol.Apps;
using Atelier.Protocol.Realtime;
using Atelier.Server.Calls;
using Atelier.Server.Hosting;
using Atelier.Server.Wire;

namespace Atelier.Server.Realtime;

/// <summary>
/// Sockets to apps. The handshake is answered at once; then the session waits for a slot and a runner as a sync run
/// does, keeps both until it ends, and is written into the history.
/// </summary>
sealed partial class RealtimeEndpoint(
    CallIntake intake, OpenSockets sockets, SocketHistory history, RealtimeOptions options, ServerState state,
    IHostApplicationLifetime lifetime, TimeProvider time, ILogger<RealtimeEndpoint> logger)
{
    const string Prefix = $"/{FalHostNames.Run}";

    static readonly WireError Stopping = WireError.Detail(503, "The server is stopping", "runner_scheduling_failure");

    public void Map(IEndpointRouteBuilder routes) => routes
        .MapMethods(Prefix + "/{**path}", SocketRoutes.Methods, HandleAsync)
        .WithMetadata(new SocketsOnly(), new AcceptsToken());

    async Task HandleAsync(HttpContext context)
    {
        var requestId = Guid.CreateVersion7().ToString();
        context.Response.Headers[FalHeaders.RequestId] = requestId;
        var (app, endpoint, unknown) = intake.Find(context.Request.Path.Value![Prefix.Length..].Trim('/'));
        if (app is null || endpoint?.Realtime is not { } realtime)
        {
            await RefuseAsync(
                context, unknown ?? WireError.Detail(404, "This endpoint is no WebSocket: call it"), "NOT_FOUND",
                "There is no realtime endpoint with this id");
            return;
        }

        var query = SocketCall.WithoutToken(context.Request.QueryString);
        if (realtime.Type is RealtimeManifest.RealtimeType && !RealtimeSessionOptions.TryReadBuffering(query, out _))
        {
            await WireError.Detail(422, "max_buffering must be a whole number from 1 to 60").ExecuteAsync(context);
            return;
        }

        if (state.IsDraining)
        {
            await RefuseAsync(context, Stopping, RealtimeFrames.Timeout, "The server is stopping");
            return;
        }

        using var place = sockets.TryOpen();
        if (place is null)
        {
            await RefuseAsync(
                context, OpenSockets.TooMany(context), "CONCURRENT_REQUESTS_LIMIT", "Too many WebSockets are open");
            return;
        }

        var call = new SocketCall(requestId, app, endpoint, Caller.Of(context), time.GetUtcNow())
        {
            Query = query,
            FilesBaseUrl = WireTarget.Of(context).FilesBaseUrl,
        };
        using var socket = await sockets.AcceptAsync(context);
        var end = await RunAsync(call, socket);
        await TellAsync(socket, realtime, end);
        await history.AddAsync(call, end.Answer);
    }

    static Task RefuseAsync(HttpContext context, WireError answer, string error, string reason) =>
        Caller.Of(context).ByToken ? SocketRefusal.SendAsync(context, error, reason) : answer.ExecuteAsync(context);

    async Task<SessionEnd> RunAsync(SocketCall call, CallerSocket socket)
    {
        using var deadline = new CancellationTokenSource(options.StartTimeout, time);
        // A plain socket's last frames and its close are the app's to see; a session is over when its caller has gone.
        var left = call.Endpoint.Realtime!.Type is RealtimeManifest.RealtimeType ? socket.Left : CancellationToken.None;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(
            [lifetime.ApplicationStopping, socket.Idle, call.Revoked, left]);
        var hasBegun = false;
        try
        {
            using var slot = call.App.Slots.TryTake() ?? await WaitAsync(call, over.Token, socket.Left, deadline.Token);
            (call.StartedAt, hasBegun) = (time.GetUtcNow(), true);
            CallMetrics.Started(call.Endpoint.Id);
            try
            {
                var end = await ConnectAsync(call, socket, over.Token);
                return socket.IsTooLong ? SessionEnd.TooLong : end;
            }
            finally
            {
                CallMetrics.Ended(call.Endpoint.Id);
            }
        }
        catch (WebSocketException)
        {
            return socket.IsTooLong ? SessionEnd.TooLong : SessionEnd.Closed;
        }
        catch (OperationCanceledException)
        {
            return call.Revoked.IsCancellationRequested ? SessionEnd.Revoked
                : lifetime.ApplicationStopping.IsCancellationRequested ? SessionEnd.Stopping
                : socket.IsTooLong ? SessionEnd.TooLong
                : socket.Left.IsCancellationRequested ? hasBegun ? SessionEnd.Closed : SessionEnd.CallerLeft
                : socket.Idle.IsCancellationRequested ? SessionEnd.Idle
                : SessionEnd.NoRunner;
        }
    }

    static async Task<IDisposable> WaitAsync(
        SocketCall call, CancellationToken over, CancellationToken left, CancellationToken deadline)
    {
        using var any = CancellationTokenSource.CreateLinkedTokenSource(over, left, deadline);
        return await call.App.Slots.TakeAsync(any.Token);
    }

    async Task<SessionEnd> ConnectAsync(SocketCall call, CallerSocket socket, CancellationToken over)
    {
        for (var start = 1; ; start++)
        {
            if (await call.App.Runner.ConnectAsync(call.ToRunnerCall(), socket, over) is not { } failed)
            {
                return SessionEnd.Closed;
            }

            Log.Failed(logger, call.RequestId, call.Endpoint.Id, failed.Failure, failed.Sentence);
            if (!failed.MayStartAgain(start))
            {
                return failed.Failure is RunnerFailure.Interrupted && state.IsDraining
                    ? SessionEnd.Stopping
                    : SessionEnd.Failed(failed, call.Endpoint);
            }
        }
    }

    static async Task TellAsync(CallerSocket socket, RealtimeManifest realtime, SessionEnd end)
    {
        try
        {
            if (socket.State is WebSocketState.Open && realtime.Type is RealtimeManifest.RealtimeType)
            {
                await socket.SendAsync(end.Frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }

            await socket.CloseOutputAsync(
                realtime.Type is RealtimeManifest.RealtimeType ? WebSocketCloseStatus.NormalClosure : end.RawStatus, "",
                CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // It has gone.
        }

        await socket.EndAsync(RealtimeSession.CloseGrace);
    }

    static partial class Log
    {
        [LoggerMessage(1603, LogLevel.Warning, "The session {RequestId} of {Endpoint} failed ({Failure}): {Sentence}")]
        public static partial void Failed(
            ILogger logger, string requestId, string endpoint, RunnerFailure failure, string sentence);
    }
}

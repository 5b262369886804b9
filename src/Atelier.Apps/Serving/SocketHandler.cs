using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using Atelier.Apps.Describing;
using Atelier.Protocol;
using Atelier.Protocol.Realtime;
using Microsoft.AspNetCore.Http;

namespace Atelier.Apps.Serving;

/// <summary>Everything that a runner answers over WebSockets.</summary>
/// <param name="stopping">The runner is asked to end: sessions end in peace, and their callers connect again.</param>
sealed class SocketHandler(AppDefinition app, RunnerOutput output, GatewayFiles files, CancellationToken stopping)
{
    readonly Dictionary<string, SocketDefinition> _sockets = app.Sockets
        .DistinctBy(socket => socket.Manifest.Path)
        .ToDictionary(socket => socket.Manifest.Path, StringComparer.Ordinal);

    // Sessions that are open, by request id; written where a session begins and ends.
    readonly ConcurrentDictionary<string, ServedCall> _calls = new(StringComparer.Ordinal);

    /// <summary>Whether sessions of a path can be cancelled.</summary>
    public bool Serves(string path) => _sockets.ContainsKey(path);

    /// <summary>The open session of a request, or null.</summary>
    public ServedCall? Find(string requestId) => _calls.GetValueOrDefault(requestId);

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (!_sockets.TryGetValue(path, out var definition))
        {
            await RunnerAnswer.JsonAsync(context, 404, WireErrors.Detail($"Path {path} not found"));
            return;
        }

        if (!RealtimeSessionOptions.TryReadBuffering(context.Request.QueryString.Value ?? "", out var buffering))
        {
            await RunnerAnswer.JsonAsync(
                context, 422, WireErrors.Detail("max_buffering must be a whole number from 1 to 60"));
            return;
        }

        var headers = context.Request.Headers;
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        ServedCall call = new(
            headers[FalHeaders.RequestId].ToString() is { Length: > 0 } id ? id : Guid.CreateVersion7().ToString(),
            headers[FalHeaders.Endpoint].ToString() is { Length: > 0 } name ? name : definition.Manifest.Id,
            attempt: 1,
            output,
            files,
            cancellation);
        _calls[call.RequestId] = call;
        output.Current = call;
        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await (definition.Raw is { } raw
                ? RunRawAsync(raw, socket, call, cancellation.Token)
                : RunAsync(definition, socket, call, buffering, cancellation.Token));
        }
        finally
        {
            _calls.TryRemove(KeyValuePair.Create(call.RequestId, call));
            output.Finish(call);
            output.Current = null;
        }
    }

    static Task RunAsync(
        SocketDefinition definition, WebSocket socket, ServedCall call, int? buffering, CancellationToken cancellationToken)
    {
        var realtime = definition.Manifest.Realtime!;
        var invoker = definition.Realtime!;
        var isUnary = realtime.Mode is Realtime.RealtimeInvoker.Unary;
        var options = new RealtimeSessionOptions
        {
            Buffering = isUnary ? buffering ?? realtime.Buffering : null,
            IdleTimeout = TimeSpan.FromSeconds(realtime.SessionTimeoutSeconds!.Value),
            SendsTimings = isUnary,
        };
        return new RealtimeSession(socket, options, TimeProvider.System).RunAsync(
            (inputs, over) => invoker.RunAsync(inputs, call, over), fault => Explain(fault, call), cancellationToken);
    }

    static async Task RunRawAsync(
        Func<WebSocket, Call, CancellationToken, Task> raw, WebSocket socket, ServedCall call,
        CancellationToken cancellationToken)
    {
        var status = WebSocketCloseStatus.NormalClosure;
        try
        {
            await raw(socket, call, cancellationToken);
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException)
        {
            status = WebSocketCloseStatus.EndpointUnavailable;
        }
        catch (Exception fault) when (Explain(fault, call) is not null)
        {
            status = WebSocketCloseStatus.InternalServerError;
        }

        using var grace = new CancellationTokenSource(RealtimeSession.CloseGrace, TimeProvider.System);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseAsync(status, "", grace.Token);
            }
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException)
        {
            socket.Abort();
        }
    }

    // What is not meant for the caller goes to the log, and the caller hears of an internal error.
    static RealtimeException Explain(Exception fault, ServedCall call)
    {
        var failure = CallFailure.Of(fault, cancelled: false);
        if (failure.IsFault)
        {
            call.Log(fault.ToString(), "ERROR");
        }

        using var body = JsonDocument.Parse(failure.Body);
        var detail = body.RootElement.GetProperty("detail");
        return new(RealtimeFrames.InternalError, detail.ValueKind switch
        {
            JsonValueKind.String => detail.GetString()!,
            JsonValueKind.Array when fault is FieldException field => $"{field.Field}: {field.Message}",
            _ => detail.GetRawText(),
        });
    }
}

using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Atelier.Protocol;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Hosting;
using Atelier.Server.Wire;

namespace Atelier.Server.Realtime;

/// <summary>
/// Calls over one WebSocket (protocol §11): each text message is an input, each is answered by a frame that starts, the
/// body, and a frame that ends. Messages may be sent ahead; they run one after the other, and answers keep their order.
/// </summary>
sealed class HttpOverSocket(
    CallIntake intake, InputValidators validators, OpenSockets sockets, SocketHistory history, RealtimeOptions options,
    ServerState state, IHostApplicationLifetime lifetime, TimeProvider time)
{
    const string Prefix = $"/{FalHostNames.Socket}";
    const int PartBytes = 64 * 1024;

    static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);
    static readonly StoredAnswer NotJson = StoredAnswers.Platform(400, "The request body is not valid JSON", "bad_request");

    public void Map(IEndpointRouteBuilder routes) => routes
        .MapMethods(Prefix + "/{**path}", SocketRoutes.Methods, HandleAsync)
        .WithMetadata(new SocketsOnly());

    async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers[FalHeaders.RequestId] = Guid.CreateVersion7().ToString();
        var (app, endpoint, unknown) = intake.Find(context.Request.Path.Value![Prefix.Length..].Trim('/'));
        if (app is null || endpoint is null)
        {
            await unknown!.ExecuteAsync(context);
            return;
        }

        if (endpoint.Realtime is not null)
        {
            await CallIntake.NotCallable.ExecuteAsync(context);
            return;
        }

        using var place = sockets.TryOpen();
        if (place is null)
        {
            await OpenSockets.TooMany(context).ExecuteAsync(context);
            return;
        }

        using var socket = await sockets.AcceptAsync(context);
        try
        {
            while (await ReadAsync(socket, Caller.Of(context).Revoked) is { } input)
            {
                var call = new SocketCall(Guid.CreateVersion7().ToString(), app, endpoint, Caller.Of(context), time.GetUtcNow())
                {
                    Input = input,
                    FilesBaseUrl = WireTarget.Of(context).FilesBaseUrl,
                };
                await AnswerAsync(socket, call);
            }
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException)
        {
            // The caller has gone, or the server stops.
        }

        await socket.CloseOutputAsync(
            Caller.Of(context).Revoked.IsCancellationRequested ? WebSocketCloseStatus.PolicyViolation
            : socket.IsTooLong ? WebSocketCloseStatus.MessageTooBig
            : lifetime.ApplicationStopping.IsCancellationRequested ? WebSocketCloseStatus.EndpointUnavailable
            : WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        await socket.EndAsync(CloseGrace);
    }

    /// <summary>One whole message, or null when the caller is done.</summary>
    async Task<ReadOnlyMemory<byte>?> ReadAsync(CallerSocket socket, CancellationToken revoked)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(
            lifetime.ApplicationStopping, socket.Idle, revoked);
        var message = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var read = await socket.ReceiveAsync(message.GetMemory(), over.Token);
            if (read.MessageType is WebSocketMessageType.Close)
            {
                return null;
            }

            message.Advance(read.Count);
            if (read.EndOfMessage)
            {
                return message.WrittenMemory;
            }
        }
    }

    async Task AnswerAsync(CallerSocket socket, SocketCall call)
    {
        var began = time.GetTimestamp();
        var answer = !JsonInput.IsJson(call.Input.Span, out _) ? NotJson
            : validators.Check(call.Endpoint, call.Input) is { Count: > 0 } details ? StoredAnswers.Invalid(details)
            : await RunAsync(socket, call);
        try
        {
            await SendAsync(socket, call, answer, time.GetElapsedTime(began));
        }
        finally
        {
            // Also when nobody was there any more to take it.
            await history.AddAsync(call, answer);
        }
    }

    static async Task SendAsync(CallerSocket socket, SocketCall call, StoredAnswer answer, TimeSpan took)
    {
        await SendAsync(socket, Meta(call, answer, "start", took), WebSocketMessageType.Text);
        for (var at = 0; at < answer.Body.Length; at += PartBytes)
        {
            await SendAsync(
                socket, answer.Body.Slice(at, Math.Min(PartBytes, answer.Body.Length - at)), WebSocketMessageType.Binary);
        }

        await SendAsync(socket, Meta(call, answer, "end", took), WebSocketMessageType.Text);
    }

    async Task<StoredAnswer> RunAsync(CallerSocket socket, SocketCall call)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(socket.Left, state.GraceOver);
        using var deadline = new CancellationTokenSource(options.StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, deadline.Token);
        try
        {
            using var slot = call.App.Slots.TryTake() ?? await call.App.Slots.TakeAsync(either.Token);
            call.StartedAt = time.GetUtcNow();
            CallMetrics.Started(call.Endpoint.Id);
            try
            {
                for (var start = 1; ; start++)
                {
                    var outcome = await call.App.Runner.RunAsync(call.ToRunnerCall(), over.Token);
                    if (outcome is not RunnerOutcome.Failed failed || !failed.MayStartAgain(start))
                    {
                        return RunnerAnswers.Of(outcome, call.Endpoint);
                    }
                }
            }
            finally
            {
                CallMetrics.Ended(call.Endpoint.Id);
            }
        }
        catch (OperationCanceledException)
        {
            return socket.Left.IsCancellationRequested ? SessionEnd.CallerLeft.Answer
                : state.GraceOver.IsCancellationRequested ? StoredAnswers.Stopping
                : StoredAnswers.TimedOut;
        }
    }

    static ValueTask SendAsync(CallerSocket socket, ReadOnlyMemory<byte> frame, WebSocketMessageType type) =>
        socket.SendAsync(frame, type, endOfMessage: true, CancellationToken.None);

    static ReadOnlyMemory<byte> Meta(SocketCall call, StoredAnswer answer, string type, TimeSpan took)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WriteString("request_id"u8, call.RequestId);
            json.WriteNumber("status"u8, answer.Status);
            if (type is "start")
            {
                json.WriteStartObject("headers"u8);
                json.WriteString("content-type"u8, "application/json"u8);
                json.WriteString(FalHeaders.RequestId, call.RequestId);
                using var headers = JsonDocument.Parse(answer.Headers);
                foreach (var header in headers.RootElement.EnumerateObject())
                {
                    header.WriteTo(json);
                }

                json.WriteEndObject();
            }
            else
            {
                json.WriteNumber("time_to_first_byte_seconds"u8, Math.Round(took.TotalSeconds, 6));
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}

using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Apps.Describing;
using Atelier.Protocol;
using Atelier.Protocol.Schemas;
using Microsoft.AspNetCore.Http;

namespace Atelier.Apps.Serving;

/// <summary>Everything a runner answers over HTTP: calls, their cancellation, and its health.</summary>
sealed class CallHandler(AppDefinition app, RunnerOutput output, GatewayFiles files, SocketHandler sockets)
{
    static readonly string Version = typeof(App).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    // One path may have several ids; any of its definitions serves it.
    readonly Dictionary<string, EndpointDefinition> _endpoints = app.Endpoints
        .DistinctBy(endpoint => endpoint.Manifest.Path)
        .ToDictionary(endpoint => endpoint.Manifest.Path, StringComparer.Ordinal);

    // Calls that are running, by request id; written where a call begins and ends.
    readonly ConcurrentDictionary<string, ServedCall> _calls = new(StringComparer.Ordinal);

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        var isPost = HttpMethods.IsPost(context.Request.Method);
        if (path is "/health" && !isPost)
        {
            await RunnerAnswer.JsonAsync(context, 200, Health());
        }
        else if (_endpoints.TryGetValue(path, out var endpoint))
        {
            await (isPost
                ? CallAsync(context, endpoint)
                : RunnerAnswer.JsonAsync(context, 405, WireErrors.Detail("Method Not Allowed")));
        }
        else if (isPost && IsCancel(path))
        {
            await CancelAsync(context);
        }
        else
        {
            context.Response.Headers[FalHeaders.BillableUnits] = "0";
            await RunnerAnswer.JsonAsync(context, 404, WireErrors.Detail($"Path {path} not found"));
        }
    }

    bool IsCancel(string path) =>
        path is "/cancel" ? IsServed("/")
        : path.EndsWith("/cancel", StringComparison.Ordinal) && IsServed(path[..^"/cancel".Length]);

    bool IsServed(string path) => _endpoints.ContainsKey(path) || sockets.Serves(path);

    async Task CancelAsync(HttpContext context)
    {
        var id = context.Request.Headers[FalHeaders.RequestId].ToString();
        if ((_calls.GetValueOrDefault(id) ?? sockets.Find(id)) is { } call)
        {
            await call.CancelAsync();
            await RunnerAnswer.JsonAsync(context, 202, """{"status":"CANCELLATION_REQUESTED"}"""u8.ToArray());
        }
        else
        {
            await RunnerAnswer.JsonAsync(context, 404, """{"status":"NOT_FOUND"}"""u8.ToArray());
        }
    }

    async Task CallAsync(HttpContext context, EndpointDefinition endpoint)
    {
        var headers = context.Request.Headers;
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        ServedCall call = new(
            headers[FalHeaders.RequestId].ToString() is { Length: > 0 } id ? id : Guid.CreateVersion7().ToString(),
            headers[FalHeaders.Endpoint].ToString() is { Length: > 0 } name ? name : endpoint.Manifest.Id,
            int.TryParse(headers[FalHeaders.Attempt], CultureInfo.InvariantCulture, out var attempt) ? attempt : 1,
            output,
            files,
            cancellation);

        // Listed before the body is read, so that a cancellation that follows at once finds it.
        _calls[call.RequestId] = call;
        output.Current = call;
        try
        {
            await AnswerAsync(context, endpoint, call, cancellation.Token);
        }
        finally
        {
            _calls.TryRemove(KeyValuePair.Create(call.RequestId, call));
            output.Finish(call);
            output.Current = null;
        }
    }

    async Task AnswerAsync(
        HttpContext context, EndpointDefinition endpoint, ServedCall call, CancellationToken cancellationToken)
    {
        try
        {
            var body = await ReadBodyAsync(context);
            using var document = InputValidator.Parse(body, out var invalid);
            ReadOnlyMemory<byte> coerced = default;
            var errors = document is null ? [invalid!] : endpoint.Validator.Coerce(document.RootElement, out coerced);
            if (errors.Count > 0)
            {
                context.Response.Headers[FalHeaders.BillableUnits] = "0";
                await RunnerAnswer.JsonAsync(context, 422, WireErrors.Validation(errors));
                return;
            }

            call.Begin(document!.RootElement, IsSync(coerced));
            AddHeaders(context.Response, endpoint);
            context.Response.OnStarting(() =>
            {
                RunnerAnswer.AddWishes(context.Response.Headers, call);
                return Task.CompletedTask;
            });
            var answers = endpoint.Invoker.InvokeAsync(coerced, call, cancellationToken);
            await (endpoint.Invoker.IsStream
                ? RunnerAnswer.StreamAsync(context, answers)
                : RunnerAnswer.SingleAsync(context, answers));
        }
#pragma warning disable CA1031 // The runner's one catch-all: what an app throws is an answer, not the process's end.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var failure = CallFailure.Of(exception, cancellationToken.IsCancellationRequested);
            if (failure.IsFault)
            {
                call.Log(exception.ToString(), "ERROR");
            }

            await FailAsync(context, failure);
        }
    }

    static async Task FailAsync(HttpContext context, CallFailure failure)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        if (context.Response.HasStarted)
        {
            // A stream that has begun cannot change its status; breaking it off tells the caller that it is not whole.
            context.Abort();
            return;
        }

        if (failure.Status is 422)
        {
            context.Response.Headers[FalHeaders.BillableUnits] = "0";
        }

        await RunnerAnswer.JsonAsync(context, failure.Status, failure.Body);
    }

    void AddHeaders(HttpResponse response, EndpointDefinition endpoint)
    {
        if (endpoint.Manifest.Model is { } model)
        {
            response.Headers[FalHeaders.Model] = model;
        }

        if (app.Instance.ProvideHints() is { } hints)
        {
            response.Headers[RunnerAnswer.HintsHeader] = string.Join(',', hints);
        }
    }

    byte[] Health()
    {
        JsonObject health = new() { ["version"] = Version };
        if (app.Instance.Health() is { } more
            && JsonSerializer.SerializeToNode(more, AppJson.Options) is JsonObject fields)
        {
            foreach (var (name, value) in fields)
            {
                health[name] = value?.DeepClone();
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(health, AppJson.Options);
    }

    static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    static bool IsSync(ReadOnlyMemory<byte> coerced)
    {
        using var input = JsonDocument.Parse(coerced);
        return input.RootElement.TryGetProperty("sync_mode", out var sync) && sync.ValueKind is JsonValueKind.True;
    }
}

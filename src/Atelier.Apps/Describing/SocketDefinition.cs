using System.Net.WebSockets;
using System.Reflection;
using System.Text.Json.Nodes;
using Atelier.Apps.Realtime;
using Atelier.Protocol.Apps;
using Atelier.Protocol.Realtime;

namespace Atelier.Apps.Describing;

/// <summary>A method marked <see cref="RealtimeAttribute"/> or <see cref="WebSocketEndpointAttribute"/>, read and checked.</summary>
/// <param name="Realtime">Null for a plain socket.</param>
/// <param name="Raw">Null for a realtime endpoint.</param>
sealed record SocketDefinition(
    EndpointManifest Manifest, MethodInfo Method, RealtimeInvoker? Realtime, Func<WebSocket, Call, CancellationToken, Task>? Raw)
{
    public static SocketDefinition Read(App app, string appId, MethodInfo method, EndpointAttribute attribute)
    {
        var name = EndpointDefinition.CheckPath(method, attribute);
        return attribute is RealtimeAttribute realtime
            ? ReadRealtime(app, appId, method, realtime, name)
            : ReadRaw(app, appId, method, attribute, name);
    }

    static SocketDefinition ReadRealtime(
        App app, string appId, MethodInfo method, RealtimeAttribute attribute, string name)
    {
        var invoker = RealtimeInvoker.Create(app, method, attribute.MaxBatchSize)
            ?? throw new AppDefinitionException(
                $"{name}: a realtime endpoint is a method (TIn or IAsyncEnumerable<TIn>, Call, CancellationToken) that "
                + "returns a Task of a record or an IAsyncEnumerable of them.");
        if (attribute.Buffering is < 0 or > RealtimeSessionOptions.BufferingMax || attribute.SessionTimeoutSeconds < 1
            || attribute.MaxBatchSize < 1 || (attribute.MaxBatchSize > 1 && !invoker.TakesBatches))
        {
            throw new AppDefinitionException(
                $"{name}: Buffering is 0 to 60, SessionTimeoutSeconds and MaxBatchSize are at least 1; a method that "
                + "takes several messages at once has a parameter IReadOnlyList<TIn>.");
        }

        var manifest = EndpointDefinition.Describe(
            appId, method, attribute, invoker.InputSchema, SchemaGenerator.Generate(invoker.OutputType, isInput: false));
        return new(manifest with
        {
            Realtime = new(
                RealtimeManifest.RealtimeType,
                invoker.Mode,
                attribute.Buffering is 0 || invoker.Mode is not RealtimeInvoker.Unary ? null : attribute.Buffering,
                attribute.SessionTimeoutSeconds,
                attribute.MaxBatchSize),
        }, method, invoker, null);
    }

    static SocketDefinition ReadRaw(App app, string appId, MethodInfo method, EndpointAttribute attribute, string name)
    {
        var parameters = method.GetParameters().Select(parameter => parameter.ParameterType).ToArray();
        if (parameters is not [var socket, var call, var token] || socket != typeof(WebSocket) || call != typeof(Call)
            || token != typeof(CancellationToken) || method.ReturnType != typeof(Task))
        {
            throw new AppDefinitionException(
                $"{name}: a WebSocket endpoint is a method Task (WebSocket socket, Call call, CancellationToken cancellationToken).");
        }

        JsonObject Anything() => new() { ["type"] = "object", ["additionalProperties"] = true };
        var manifest = EndpointDefinition.Describe(appId, method, attribute, Anything(), Anything());
        return new(
            manifest with { Realtime = new(RealtimeManifest.WebSocketType) },
            method,
            null,
            method.IsStatic
                ? method.CreateDelegate<Func<WebSocket, Call, CancellationToken, Task>>()
                : method.CreateDelegate<Func<WebSocket, Call, CancellationToken, Task>>(app));
    }
}

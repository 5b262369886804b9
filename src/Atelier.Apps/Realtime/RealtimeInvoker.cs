using System.Reflection;
using System.Text.Json.Nodes;
using Atelier.Protocol.Realtime;

namespace Atelier.Apps.Realtime;

/// <summary>Runs a session through an endpoint's method, whatever its types and its mode.</summary>
abstract class RealtimeInvoker
{
    public const string Unary = "unary";
    public const string ServerStreaming = "server_streaming";
    public const string ClientStreaming = "client_streaming";
    public const string Bidi = "bidi";

    /// <summary>As the manifest names it.</summary>
    public abstract string Mode { get; }

    /// <summary>The method takes a list of messages.</summary>
    public virtual bool TakesBatches => false;

    /// <summary>Of one message.</summary>
    public abstract JsonObject InputSchema { get; }

    /// <summary>The record of one answer.</summary>
    public abstract Type OutputType { get; }

    /// <exception cref="RealtimeException">A message does not fit.</exception>
    public abstract IAsyncEnumerable<RealtimeOutput> RunAsync(
        RealtimeInputs inputs, Call call, CancellationToken cancellationToken);

    /// <summary>The invoker of a method, or null when it has none of the shapes.</summary>
    public static RealtimeInvoker? Create(App app, MethodInfo method, int maxBatchSize)
    {
        var (one, many) = (Argument(method.ReturnType, typeof(Task<>)), Argument(method.ReturnType, typeof(IAsyncEnumerable<>)));
        var parameters = method.GetParameters().Select(parameter => parameter.ParameterType).ToArray();
        if (method.IsGenericMethod || parameters is not [var input, var call, var token] || call != typeof(Call)
            || token != typeof(CancellationToken) || (one ?? many) is not { IsPrimitive: false } output)
        {
            return null;
        }

        var (kind, item) = (Argument(input, typeof(IAsyncEnumerable<>)), Argument(input, typeof(IReadOnlyList<>)), one is not null) switch
        {
            ({ } stream, _, true) => (typeof(ClientStreamingInvoker<,>), stream),
            ({ } stream, _, false) => (typeof(BidiInvoker<,>), stream),
            (_, { } batch, true) => (typeof(BatchInvoker<,>), batch),
            (_, _, true) => (typeof(UnaryInvoker<,>), input),
            _ => (typeof(ServerStreamingInvoker<,>), input),
        };
        object[] arguments = kind == typeof(BatchInvoker<,>) ? [app, method, maxBatchSize] : [app, method];
        return (RealtimeInvoker)Activator.CreateInstance(kind.MakeGenericType(item, output), arguments)!;
    }

    static Type? Argument(Type type, Type open) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == open ? type.GenericTypeArguments[0] : null;
}

/// <summary>What the modes have in common: the types of a method, and its messages.</summary>
abstract class RealtimeInvoker<TIn, TOut, TParameter, TResult>(App app, MethodInfo method) : RealtimeInvoker
{
    protected Func<TParameter, Call, CancellationToken, TResult> Method { get; } = method.IsStatic
        ? method.CreateDelegate<Func<TParameter, Call, CancellationToken, TResult>>()
        : method.CreateDelegate<Func<TParameter, Call, CancellationToken, TResult>>(app);

    public override JsonObject InputSchema => Codec.Schema;

    public override Type OutputType => typeof(TOut);

    protected RealtimeCodec<TIn> Codec { get; } = new();

    protected static RealtimeOutput Write(TOut output) => RealtimeCodec<TIn>.Write(output);
}

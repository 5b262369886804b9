using System.Reflection;
using System.Runtime.CompilerServices;
using Atelier.Protocol.Realtime;

namespace Atelier.Apps.Realtime;

sealed class UnaryInvoker<TIn, TOut>(App app, MethodInfo method)
    : RealtimeInvoker<TIn, TOut, TIn, Task<TOut>>(app, method)
{
    public override string Mode => Unary;

    public override async IAsyncEnumerable<RealtimeOutput> RunAsync(
        RealtimeInputs inputs, Call call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in inputs.WithCancellation(cancellationToken))
        {
            yield return Write(await Method(Codec.Read(message), call, cancellationToken));
            if (call.EndSession)
            {
                yield break;
            }
        }
    }
}

sealed class BatchInvoker<TIn, TOut>(App app, MethodInfo method, int maxBatchSize)
    : RealtimeInvoker<TIn, TOut, IReadOnlyList<TIn>, Task<TOut>>(app, method)
{
    public override string Mode => Unary;

    public override bool TakesBatches => true;

    public override async IAsyncEnumerable<RealtimeOutput> RunAsync(
        RealtimeInputs inputs, Call call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in inputs.WithCancellation(cancellationToken))
        {
            List<TIn> batch = [Codec.Read(message)];
            while (batch.Count < maxBatchSize && inputs.TryTake() is { } further)
            {
                batch.Add(Codec.Read(further));
            }

            yield return Write(await Method(batch, call, cancellationToken));
            if (call.EndSession)
            {
                yield break;
            }
        }
    }
}

// One message, its answers, and the session is over: that is how callers know that there are no more.
sealed class ServerStreamingInvoker<TIn, TOut>(App app, MethodInfo method)
    : RealtimeInvoker<TIn, TOut, TIn, IAsyncEnumerable<TOut>>(app, method)
{
    public override string Mode => ServerStreaming;

    public override async IAsyncEnumerable<RealtimeOutput> RunAsync(
        RealtimeInputs inputs, Call call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in inputs.WithCancellation(cancellationToken))
        {
            var outputs = Method(Codec.Read(message), call, cancellationToken);
            await foreach (var output in outputs.WithCancellation(cancellationToken))
            {
                yield return Write(output);
            }

            yield break;
        }
    }
}

sealed class ClientStreamingInvoker<TIn, TOut>(App app, MethodInfo method)
    : RealtimeInvoker<TIn, TOut, IAsyncEnumerable<TIn>, Task<TOut>>(app, method)
{
    public override string Mode => ClientStreaming;

    public override async IAsyncEnumerable<RealtimeOutput> RunAsync(
        RealtimeInputs inputs, Call call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Write(await Method(Codec.ReadAllAsync(inputs, cancellationToken), call, cancellationToken));
    }
}

sealed class BidiInvoker<TIn, TOut>(App app, MethodInfo method)
    : RealtimeInvoker<TIn, TOut, IAsyncEnumerable<TIn>, IAsyncEnumerable<TOut>>(app, method)
{
    public override string Mode => Bidi;

    public override async IAsyncEnumerable<RealtimeOutput> RunAsync(
        RealtimeInputs inputs, Call call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var outputs = Method(Codec.ReadAllAsync(inputs, cancellationToken), call, cancellationToken);
        await foreach (var output in outputs.WithCancellation(cancellationToken))
        {
            yield return Write(output);
            if (call.EndSession)
            {
                yield break;
            }
        }
    }
}

using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Atelier.Apps.Describing;

/// <summary>
/// Calls an endpoint's method with JSON in and JSON out, whatever its types and its way of returning.
/// </summary>
abstract class EndpointInvoker
{
    /// <summary>The record of one answer, or of one event of a stream.</summary>
    public abstract Type OutputType { get; }

    /// <summary>True when the method answers a stream of events.</summary>
    public abstract bool IsStream { get; }

    /// <summary>The answers as UTF-8 JSON: one, or many for a stream.</summary>
    /// <param name="input">As the validator coerced it.</param>
    public abstract IAsyncEnumerable<byte[]> InvokeAsync(
        ReadOnlyMemory<byte> input, Call call, CancellationToken cancellationToken);

    /// <summary>The invoker of a method, or null when it returns nothing that can be answered.</summary>
    public static EndpointInvoker? Create(App app, MethodInfo method, Type input)
    {
        var returned = method.ReturnType;
        var open = returned.IsGenericType ? returned.GetGenericTypeDefinition() : null;
        var (kind, output) = open switch
        {
            _ when open == typeof(Task<>) => (typeof(TaskInvoker<,>), returned.GenericTypeArguments[0]),
            _ when open == typeof(IAsyncEnumerable<>) => (typeof(StreamInvoker<,>), returned.GenericTypeArguments[0]),
            _ => (typeof(PlainInvoker<,>), returned),
        };
        return output == typeof(void) || output.IsPrimitive || output == typeof(string)
            || output.IsAssignableTo(typeof(Task))
            ? null
            : (EndpointInvoker)Activator.CreateInstance(kind.MakeGenericType(input, output), app, method)!;
    }

    /// <summary>An endpoint that needs nothing of its app may be static.</summary>
    protected static TDelegate Bind<TDelegate>(App app, MethodInfo method)
        where TDelegate : Delegate =>
        method.IsStatic ? method.CreateDelegate<TDelegate>() : method.CreateDelegate<TDelegate>(app);

    /// <exception cref="FieldException">A number fits its schema and not the author's type: 2^40 for an int.</exception>
    protected static TIn Read<TIn>(ReadOnlyMemory<byte> input)
    {
        try
        {
            return JsonSerializer.Deserialize<TIn>(input.Span, AppJson.Options)!;
        }
        catch (JsonException exception)
        {
            throw new FieldException(exception.Path?.TrimStart('$', '.') ?? "", "Input is out of range");
        }
    }

    protected static byte[] Write<TOut>(TOut output) => JsonSerializer.SerializeToUtf8Bytes(output, AppJson.Options);
}

sealed class PlainInvoker<TIn, TOut>(App app, MethodInfo method) : EndpointInvoker
{
    readonly Func<TIn, Call, CancellationToken, TOut> _method =
        Bind<Func<TIn, Call, CancellationToken, TOut>>(app, method);

    public override Type OutputType => typeof(TOut);

    public override bool IsStream => false;

    public override async IAsyncEnumerable<byte[]> InvokeAsync(
        ReadOnlyMemory<byte> input, Call call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Synchronous code may compute for long; Kestrel's own threads stay free for /health and /cancel.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        yield return Write(_method(Read<TIn>(input), call, cancellationToken));
    }
}

sealed class TaskInvoker<TIn, TOut>(App app, MethodInfo method) : EndpointInvoker
{
    readonly Func<TIn, Call, CancellationToken, Task<TOut>> _method =
        Bind<Func<TIn, Call, CancellationToken, Task<TOut>>>(app, method);

    public override Type OutputType => typeof(TOut);

    public override bool IsStream => false;

    public override async IAsyncEnumerable<byte[]> InvokeAsync(
        ReadOnlyMemory<byte> input, Call call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Write(await _method(Read<TIn>(input), call, cancellationToken));
    }
}

sealed class StreamInvoker<TIn, TOut>(App app, MethodInfo method) : EndpointInvoker
{
    readonly Func<TIn, Call, CancellationToken, IAsyncEnumerable<TOut>> _method =
        Bind<Func<TIn, Call, CancellationToken, IAsyncEnumerable<TOut>>>(app, method);

    public override Type OutputType => typeof(TOut);

    public override bool IsStream => true;

    public override async IAsyncEnumerable<byte[]> InvokeAsync(
        ReadOnlyMemory<byte> input, Call call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var outputs = _method(Read<TIn>(input), call, cancellationToken);
        await foreach (var output in outputs.WithCancellation(cancellationToken))
        {
            yield return Write(output);
        }
    }
}

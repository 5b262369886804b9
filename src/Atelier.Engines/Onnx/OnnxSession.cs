using System.Runtime.InteropServices;
using System.Text;

namespace Atelier.Engines.Onnx;

/// <summary>A model file, loaded: weights plus one verb, to run.</summary>
/// <remarks>
/// Holds the weights; loading takes a second or more. Safe to call from many threads, though a run already uses
/// <c>threads</c> of them. Wrong names, types and shapes are managed exceptions, found before native code sees them.
/// </remarks>
public sealed unsafe class OnnxSession : IDisposable
{
    // ORT_ENABLE_ALL.
    const int AllOptimizations = 99;

    readonly OrtSession _session;
    readonly OrtMemoryInfo _memory;

    OnnxSession(OrtSession session, string path)
    {
        (_session, Path) = (session, path);
        _memory = new(OrtApi.CreateCpuMemoryInfo());
        Inputs = Specs(session, inputs: true);
        Outputs = Specs(session, inputs: false);
    }

    /// <summary>What the file takes, in its order.</summary>
    public IReadOnlyList<TensorSpec> Inputs { get; }

    /// <summary>What the file gives, in its order.</summary>
    public IReadOnlyList<TensorSpec> Outputs { get; }

    string Path { get; }

    /// <summary>Loads a model file and checks that it is the one that the caller was written for.</summary>
    /// <param name="path">An <c>.onnx</c> file.</param>
    /// <param name="threads">Threads that one run uses; the calling thread is one of them.</param>
    /// <param name="inputs">Names of its inputs, all of them, in any order.</param>
    /// <param name="outputs">Names of outputs that it must have.</param>
    /// <exception cref="InvalidDataException">Another model.</exception>
    /// <exception cref="OnnxException">No model, or one that this runtime cannot load.</exception>
    public static OnnxSession Load(string path, int threads, string[] inputs, string[] outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        using var options = new OrtSessionOptions(OrtApi.CreateSessionOptions());
        OrtApi.SetOption(options.Raw, SessionSetting.IntraOpThreads, threads);
        OrtApi.SetOption(options.Raw, SessionSetting.InterOpThreads, 1);
        OrtApi.SetOption(options.Raw, SessionSetting.GraphOptimization, AllOptimizations);

        // The path is UTF-16 on Windows and bytes elsewhere.
        var name = (OperatingSystem.IsWindows() ? Encoding.Unicode : Encoding.UTF8).GetBytes(path + '\0');
        var session = new OnnxSession(new(OrtApi.CreateSession(OnnxRuntime.Env.Raw, name, options.Raw)), path);
        if (session.Differs(inputs, outputs) is { } difference)
        {
            session.Dispose();
            throw new InvalidDataException(difference);
        }

        return session;
    }

    /// <summary>One inference.</summary>
    /// <param name="inputs">Every input of <see cref="Inputs"/>, by name.</param>
    /// <param name="outputs">Names of the outputs wanted; others are not computed further than needed.</param>
    /// <param name="cancellationToken">Stops the run at its next node.</param>
    /// <returns>The outputs in the order asked for, copied into managed memory.</returns>
    /// <exception cref="ArgumentException">A name, an element type or a shape is wrong.</exception>
    /// <exception cref="OnnxException">The run failed.</exception>
    public Tensor[] Run(
        IReadOnlyList<(string Name, Tensor Value)> inputs, IReadOnlyList<string> outputs,
        CancellationToken cancellationToken)
    {
        CheckInputs(inputs);
        CheckOutputs(outputs);
        cancellationToken.ThrowIfCancellationRequested();

        using var names = new NativeNames([.. inputs.Select(input => input.Name), .. outputs]);
        var pins = new List<GCHandle>(inputs.Count);
        var values = new OrtValue[inputs.Count];
        using var options = new OrtRunOptions(OrtApi.CreateRunOptions());
        try
        {
            for (var index = 0; index < values.Length; index++)
            {
                values[index] = Borrow(inputs[index].Value, pins);
            }

            return Run(options, names, values, outputs.Count, cancellationToken);
        }
        finally
        {
            foreach (var value in values)
            {
                value?.Dispose();
            }

            foreach (var pin in pins)
            {
                pin.Free();
            }
        }
    }

    Tensor[] Run(
        OrtRunOptions options, NativeNames names, OrtValue[] inputs, int outputCount,
        CancellationToken cancellationToken)
    {
        var given = Array.ConvertAll(inputs, value => value.Raw);
        var made = new nint[outputCount];
        try
        {
            // Disposing the registration waits for a callback in progress, so options outlives it.
            using var stop = cancellationToken.UnsafeRegister(
                static state => OrtApi.Terminate(((OrtRunOptions)state!).Raw), options);
            fixed (nint* first = given, results = made)
            {
                OrtApi.Run(
                    _session.Raw, options.Raw, names.At(0), first, given.Length, names.At(given.Length),
                    outputCount, results);
            }
        }
        catch (OnnxException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            GC.KeepAlive(inputs);
        }

        var owned = Array.ConvertAll(made, raw => new OrtValue(raw));
        try
        {
            return Array.ConvertAll(owned, Copy);
        }
        finally
        {
            Array.ForEach(owned, value => value.Dispose());
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _memory.Dispose();
    }

    static TensorSpec[] Specs(OrtSession session, bool inputs)
    {
        var specs = new TensorSpec[OrtApi.Count(session.Raw, inputs)];
        for (var index = 0; index < specs.Length; index++)
        {
            var (element, shape) = OrtApi.Declared(session.Raw, inputs, index) ?? (default, []);
            specs[index] = new(OrtApi.Name(session.Raw, inputs, index), element, shape);
        }

        return specs;
    }

    string? Differs(string[] inputs, string[] outputs)
    {
        var same = Inputs.Count == inputs.Length
            && inputs.All(name => Inputs.Any(spec => spec.Name == name))
            && outputs.All(name => Outputs.Any(spec => spec.Name == name));
        return same
            ? null
            : $"{Path}: expected {string.Join(", ", inputs)} -> {string.Join(", ", outputs)}; "
                + $"found {string.Join(", ", Inputs)} -> {string.Join(", ", Outputs)}.";
    }

    void CheckInputs(IReadOnlyList<(string Name, Tensor Value)> inputs)
    {
        foreach (var spec in Inputs)
        {
            if (inputs.Count(input => input.Name == spec.Name) != 1)
            {
                throw new ArgumentException($"The input {spec} must be given once.", nameof(inputs));
            }
        }

        foreach (var (name, value) in inputs)
        {
            var spec = Inputs.FirstOrDefault(spec => spec.Name == name)
                ?? throw new ArgumentException(
                    $"No input {name}; there are {string.Join(", ", Inputs)}.", nameof(inputs));
            if (spec.Refuses(value) is { } reason)
            {
                throw new ArgumentException(reason, nameof(inputs));
            }
        }
    }

    void CheckOutputs(IReadOnlyList<string> outputs)
    {
        foreach (var name in outputs)
        {
            if (!Outputs.Any(spec => spec.Name == name))
            {
                throw new ArgumentException(
                    $"No output {name}; there are {string.Join(", ", Outputs)}.", nameof(outputs));
            }
        }
    }

    OrtValue Borrow(Tensor tensor, List<GCHandle> pins) => tensor switch
    {
        Tensor<float> floats => Borrow(floats, pins),
        Tensor<long> longs => Borrow(longs, pins),
        Tensor<byte> bytes => Borrow(bytes, pins),
        Tensor<bool> flags => Borrow(flags, pins),
        _ => throw new NotSupportedException($"No binding for {tensor.Element}."),
    };

    OrtValue Borrow<T>(Tensor<T> tensor, List<GCHandle> pins)
        where T : unmanaged
    {
        var pin = GCHandle.Alloc(tensor.Data, GCHandleType.Pinned);
        pins.Add(pin);
        var shape = tensor.Shape.Select(size => (long)size).ToArray();
        return new(OrtApi.CreateTensor(
            _memory.Raw, (void*)pin.AddrOfPinnedObject(), (nuint)tensor.Data.Length * (nuint)sizeof(T), shape,
            tensor.Element));
    }

    static Tensor Copy(OrtValue value)
    {
        var (element, shape) = OrtApi.Actual(value.Raw);
        return element switch
        {
            TensorElement.Float => Copy<float>(value, shape),
            TensorElement.Int64 => Copy<long>(value, shape),
            TensorElement.UInt8 => Copy<byte>(value, shape),
            TensorElement.Bool => Copy<bool>(value, shape),
            _ => throw new NotSupportedException($"No binding for ONNX element type {(int)element}."),
        };
    }

    static Tensor<T> Copy<T>(OrtValue value, int[] shape)
        where T : unmanaged
    {
        var count = shape.Aggregate(1, (product, size) => checked(product * size));
        var data = new ReadOnlySpan<T>(OrtApi.Data(value.Raw), count).ToArray();
        return new(data, shape);
    }
}

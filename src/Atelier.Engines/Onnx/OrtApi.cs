using System.Runtime.InteropServices;

namespace Atelier.Engines.Onnx;

/// <summary>
/// ONNX Runtime's C interface: a table of function pointers whose order never changes, only grows
/// (<c>onnxruntime_c_api.h</c>, struct <c>OrtApi</c>). Only the slots that are used are named.
/// </summary>
/// <remarks>
/// Version 14 of the table is asked for: every library since 1.14 hands it out, and it has all that is needed here.
/// </remarks>
static unsafe class OrtApi
{
    const uint TableVersion = 14;

    enum Slot
    {
        GetErrorMessage = 2,
        CreateEnv = 3,
        CreateSession = 7,
        Run = 9,
        CreateSessionOptions = 10,
        SetSessionGraphOptimizationLevel = 23,
        SetIntraOpNumThreads = 24,
        SetInterOpNumThreads = 25,
        SessionGetInputCount = 30,
        SessionGetOutputCount = 31,
        SessionGetInputTypeInfo = 33,
        SessionGetOutputTypeInfo = 34,
        SessionGetInputName = 36,
        SessionGetOutputName = 37,
        CreateRunOptions = 39,
        RunOptionsSetTerminate = 46,
        CreateTensorWithDataAsOrtValue = 49,
        GetTensorMutableData = 51,
        CastTypeInfoToTensorInfo = 55,
        GetTensorElementType = 60,
        GetDimensionsCount = 61,
        GetDimensions = 62,
        GetTensorTypeAndShape = 65,
        CreateCpuMemoryInfo = 69,
        AllocatorFree = 76,
        GetAllocatorWithDefaultOptions = 78,
        ReleaseEnv = 92,
        ReleaseStatus = 93,
        ReleaseMemoryInfo = 94,
        ReleaseSession = 95,
        ReleaseValue = 96,
        ReleaseRunOptions = 97,
        ReleaseTypeInfo = 98,
        ReleaseTensorTypeAndShapeInfo = 99,
        ReleaseSessionOptions = 100,
    }

    // Written once, by Attach, under OnnxRuntime's lock, before any other member is reachable.
    static nint* _table;

    /// <summary>Takes the table out of a loaded library and says the library's version.</summary>
    /// <exception cref="OnnxException">The library is older than 1.14.</exception>
    public static string Attach(nint library)
    {
        var getBase = (delegate* unmanaged<nint*>)NativeLibrary.GetExport(library, "OrtGetApiBase");
        var apiBase = getBase();
        var version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)apiBase[1])()) ?? "unknown";
        _table = (nint*)((delegate* unmanaged<uint, nint>)apiBase[0])(TableVersion);
        return _table is not null
            ? version
            : throw new OnnxException($"ONNX Runtime {version} is too old: 1.14 or later is needed.");
    }

    static nint At(Slot slot) => _table[(int)slot];

    /// <summary>Turns a status into an exception; null is success.</summary>
    static void Check(nint status)
    {
        if (status == 0)
        {
            return;
        }

        var text = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)At(Slot.GetErrorMessage))(status));
        ((delegate* unmanaged<nint, void>)At(Slot.ReleaseStatus))(status);
        throw new OnnxException(text ?? "ONNX Runtime failed without a message.");
    }

    static nint Create(Slot slot)
    {
        nint made;
        Check(((delegate* unmanaged<nint*, nint>)At(slot))(&made));
        return made;
    }

    static void Release(Slot slot, nint handle) => ((delegate* unmanaged<nint, void>)At(slot))(handle);

    public static nint CreateEnv(int severity, ReadOnlySpan<byte> name)
    {
        nint made;
        fixed (byte* text = name)
        {
            Check(((delegate* unmanaged<int, byte*, nint*, nint>)At(Slot.CreateEnv))(severity, text, &made));
        }

        return made;
    }

    public static nint CreateSessionOptions() => Create(Slot.CreateSessionOptions);

    public static nint CreateRunOptions() => Create(Slot.CreateRunOptions);

    public static void SetOption(nint options, SessionSetting setting, int value) =>
        Check(((delegate* unmanaged<nint, int, nint>)At(setting switch
        {
            SessionSetting.IntraOpThreads => Slot.SetIntraOpNumThreads,
            SessionSetting.InterOpThreads => Slot.SetInterOpNumThreads,
            _ => Slot.SetSessionGraphOptimizationLevel,
        }))(options, value));

    public static nint CreateSession(nint env, ReadOnlySpan<byte> path, nint options)
    {
        nint made;
        fixed (byte* text = path)
        {
            Check(((delegate* unmanaged<nint, byte*, nint, nint*, nint>)At(Slot.CreateSession))(
                env, text, options, &made));
        }

        return made;
    }

    public static int Count(nint session, bool inputs)
    {
        nuint count;
        var slot = inputs ? Slot.SessionGetInputCount : Slot.SessionGetOutputCount;
        Check(((delegate* unmanaged<nint, nuint*, nint>)At(slot))(session, &count));
        return checked((int)count);
    }

    public static string Name(nint session, bool inputs, int index)
    {
        var allocator = Create(Slot.GetAllocatorWithDefaultOptions);
        nint text;
        var slot = inputs ? Slot.SessionGetInputName : Slot.SessionGetOutputName;
        Check(((delegate* unmanaged<nint, nuint, nint, nint*, nint>)At(slot))(
            session, (nuint)index, allocator, &text));
        var name = Marshal.PtrToStringUTF8(text) ?? "";
        Check(((delegate* unmanaged<nint, nint, nint>)At(Slot.AllocatorFree))(allocator, text));
        return name;
    }

    /// <summary>Element type and shape that the file declares; null when it is no tensor.</summary>
    public static (TensorElement Element, int[] Shape)? Declared(nint session, bool inputs, int index)
    {
        nint typeInfo;
        var slot = inputs ? Slot.SessionGetInputTypeInfo : Slot.SessionGetOutputTypeInfo;
        Check(((delegate* unmanaged<nint, nuint, nint*, nint>)At(slot))(session, (nuint)index, &typeInfo));
        try
        {
            nint tensorInfo;   // Borrowed from typeInfo.
            Check(((delegate* unmanaged<nint, nint*, nint>)At(Slot.CastTypeInfoToTensorInfo))(typeInfo, &tensorInfo));
            return tensorInfo == 0 ? null : Describe(tensorInfo);
        }
        finally
        {
            Release(Slot.ReleaseTypeInfo, typeInfo);
        }
    }

    /// <summary>Element type and shape of a value that is at hand.</summary>
    public static (TensorElement Element, int[] Shape) Actual(nint value)
    {
        nint info;
        Check(((delegate* unmanaged<nint, nint*, nint>)At(Slot.GetTensorTypeAndShape))(value, &info));
        try
        {
            return Describe(info);
        }
        finally
        {
            Release(Slot.ReleaseTensorTypeAndShapeInfo, info);
        }
    }

    static (TensorElement Element, int[] Shape) Describe(nint info)
    {
        int element;
        Check(((delegate* unmanaged<nint, int*, nint>)At(Slot.GetTensorElementType))(info, &element));
        nuint rank;
        Check(((delegate* unmanaged<nint, nuint*, nint>)At(Slot.GetDimensionsCount))(info, &rank));
        var sizes = new long[rank];
        fixed (long* first = sizes)
        {
            Check(((delegate* unmanaged<nint, long*, nuint, nint>)At(Slot.GetDimensions))(info, first, rank));
        }

        return ((TensorElement)element, Array.ConvertAll(sizes, size => checked((int)size)));
    }

    public static nint CreateCpuMemoryInfo()
    {
        const int DeviceAllocator = 0, DefaultMemory = 0;
        nint made;
        Check(((delegate* unmanaged<int, int, nint*, nint>)At(Slot.CreateCpuMemoryInfo))(
            DeviceAllocator, DefaultMemory, &made));
        return made;
    }

    /// <summary>A value over memory of ours, which must stay where it is until the value is released.</summary>
    public static nint CreateTensor(
        nint memoryInfo, void* data, nuint bytes, ReadOnlySpan<long> shape, TensorElement element)
    {
        nint made;
        fixed (long* first = shape)
        {
            Check(((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)At(
                Slot.CreateTensorWithDataAsOrtValue))(
                memoryInfo, data, bytes, first, (nuint)shape.Length, (int)element, &made));
        }

        return made;
    }

    public static void* Data(nint value)
    {
        void* data;
        Check(((delegate* unmanaged<nint, void**, nint>)At(Slot.GetTensorMutableData))(value, &data));
        return data;
    }

    public static void Run(
        nint session, nint options, byte** inputNames, nint* inputs, int inputCount, byte** outputNames,
        int outputCount, nint* outputs) =>
        Check(((delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint>)At(Slot.Run))(
            session, options, inputNames, inputs, (nuint)inputCount, outputNames, (nuint)outputCount, outputs));

    /// <summary>Asks a run to stop at its next node; it then fails. From any thread.</summary>
    public static void Terminate(nint runOptions) =>
        Check(((delegate* unmanaged<nint, nint>)At(Slot.RunOptionsSetTerminate))(runOptions));

    public static void ReleaseEnv(nint handle) => Release(Slot.ReleaseEnv, handle);

    public static void ReleaseMemoryInfo(nint handle) => Release(Slot.ReleaseMemoryInfo, handle);

    public static void ReleaseSession(nint handle) => Release(Slot.ReleaseSession, handle);

    public static void ReleaseValue(nint handle) => Release(Slot.ReleaseValue, handle);

    public static void ReleaseRunOptions(nint handle) => Release(Slot.ReleaseRunOptions, handle);

    public static void ReleaseSessionOptions(nint handle) => Release(Slot.ReleaseSessionOptions, handle);
}

/// <summary>The session options that take a number.</summary>
enum SessionSetting
{
    IntraOpThreads,
    InterOpThreads,
    GraphOptimization,
}

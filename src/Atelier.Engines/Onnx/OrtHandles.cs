using System.Runtime.InteropServices;

namespace Atelier.Engines.Onnx;

/// <summary>A native object that is released once, by the thread that disposes it or by the finalizer.</summary>
abstract class OrtHandle : SafeHandle
{
    protected OrtHandle(nint made) : base(0, ownsHandle: true) => SetHandle(made);

    public override bool IsInvalid => handle == 0;

    /// <summary>The raw pointer; the handle must be kept alive while it is used.</summary>
    public nint Raw => IsClosed ? throw new ObjectDisposedException(GetType().Name) : handle;
}

sealed class OrtEnv(nint made) : OrtHandle(made)
{
    protected override bool ReleaseHandle()
    {
        OrtApi.ReleaseEnv(handle);
        return true;
    }
}

sealed class OrtMemoryInfo(nint made) : OrtHandle(made)
{
    protected override bool ReleaseHandle()
    {
        OrtApi.ReleaseMemoryInfo(handle);
        return true;
    }
}

sealed class OrtSessionOptions(nint made) : OrtHandle(made)
{
    protected override bool ReleaseHandle()
    {
        OrtApi.ReleaseSessionOptions(handle);
        return true;
    }
}

sealed class OrtSession(nint made) : OrtHandle(made)
{
    protected override bool ReleaseHandle()
    {
        OrtApi.ReleaseSession(handle);
        return true;
    }
}

sealed class OrtRunOptions(nint made) : OrtHandle(made)
{
    protected override bool ReleaseHandle()
    {
        OrtApi.ReleaseRunOptions(handle);
        return true;
    }
}

sealed class OrtValue(nint made) : OrtHandle(made)
{
    protected override bool ReleaseHandle()
    {
        OrtApi.ReleaseValue(handle);
        return true;
    }
}

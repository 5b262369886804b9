using System.Runtime.InteropServices;

namespace Atelier.Engines.Onnx;

/// <summary>An array of C strings that lives until it is disposed.</summary>
sealed unsafe class NativeNames : IDisposable
{
    readonly byte** _names;
    readonly int _count;

    public NativeNames(string[] names)
    {
        _count = names.Length;
        _names = (byte**)NativeMemory.AllocZeroed((nuint)_count, (nuint)sizeof(byte*));
        for (var index = 0; index < _count; index++)
        {
            _names[index] = (byte*)Marshal.StringToCoTaskMemUTF8(names[index]);
        }
    }

    /// <summary>The array from an index on.</summary>
    public byte** At(int index) => _names + index;

    public void Dispose()
    {
        for (var index = 0; index < _count; index++)
        {
            Marshal.FreeCoTaskMem((nint)_names[index]);
        }

        NativeMemory.Free(_names);
    }
}

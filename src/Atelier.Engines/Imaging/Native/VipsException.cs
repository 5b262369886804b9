using System.Runtime.InteropServices;

namespace Atelier.Engines.Imaging.Native;

/// <summary>libvips refused. Its text is not for callers: it may name files and libraries.</summary>
sealed unsafe class VipsException(string message) : Exception(message)
{
    /// <summary>With the messages since the last one, by whichever thread.</summary>
    public static VipsException Take()
    {
        var text = VipsLibrary.TakeErrors();
        var message = Marshal.PtrToStringUTF8(text)?.Trim();
        VipsLibrary.Free((void*)text);
        return new(string.IsNullOrEmpty(message) ? "libvips failed without a message." : message);
    }
}

using System.Runtime.InteropServices;

namespace Atelier.Engines.Imaging.Native;

/// <summary>A picture as libvips sees it: a recipe whose pixels are made when they are asked for.</summary>
sealed unsafe class VipsImage : SafeHandle
{
    const int UnsignedChar = 0;
    const int Cmyk = 15;

    public VipsImage(nint image) : base(0, ownsHandle: true) => SetHandle(image);

    public override bool IsInvalid => handle == 0;

    public nint Raw => IsClosed ? throw new ObjectDisposedException(nameof(VipsImage)) : handle;

    public int Width => VipsLibrary.Width(Raw);

    public int Height => VipsLibrary.Height(Raw);

    public int Bands => VipsLibrary.Bands(Raw);

    public bool IsCmyk => VipsLibrary.Interpretation(Raw) == Cmyk;

    public bool HasProfile => VipsLibrary.FieldType(Raw, "icc-profile-data") != 0;

    /// <summary>A picture over memory that stays pinned until the picture is disposed.</summary>
    public static VipsImage Over(void* data, nuint bytes, int width, int height, int bands)
    {
        var made = VipsLibrary.ImageOver(data, bytes, width, height, bands, UnsignedChar);
        return made == 0 ? throw VipsException.Take() : new(made);
    }

    /// <summary>Makes the pixels and copies them.</summary>
    public byte[] Pixels()
    {
        nuint bytes;
        var memory = VipsLibrary.WriteToMemory(Raw, &bytes);
        if (memory is null)
        {
            throw VipsException.Take();
        }

        try
        {
            return new ReadOnlySpan<byte>(memory, checked((int)bytes)).ToArray();
        }
        finally
        {
            VipsLibrary.Free(memory);
        }
    }

    protected override bool ReleaseHandle()
    {
        VipsLibrary.Unref(handle);
        return true;
    }
}

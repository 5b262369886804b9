namespace Atelier.Engines.Imaging.Native;

/// <summary>
/// One operation of libvips, by its name: arguments in, build, one result out. The object interface is used because
/// the C functions are variadic, and variadic calls differ between systems.
/// </summary>
sealed unsafe class VipsOperation : IDisposable
{
    readonly nint _operation;
    bool _built;

    public VipsOperation(string name)
    {
        _operation = VipsLibrary.NewOperation(name);
        if (_operation == 0)
        {
            throw VipsException.Take();
        }
    }

    /// <summary>An argument that is no picture, as text: a number, a flag, an enum's nickname.</summary>
    public VipsOperation With(string name, string value) =>
        VipsLibrary.SetArgument(_operation, name, value) == 0 ? this : throw VipsException.Take();

    public VipsOperation With(string name, VipsImage image)
    {
        GValue value = default;
        VipsLibrary.InitValue(&value, VipsLibrary.ImageType());
        VipsLibrary.SetObject(&value, image.Raw);
        VipsLibrary.SetProperty(_operation, name, &value);
        VipsLibrary.UnsetValue(&value);
        return this;
    }

    /// <summary>An argument that is bytes, which stay pinned until every picture made of them is disposed.</summary>
    public VipsOperation With(string name, void* data, nuint bytes)
    {
        var blob = VipsLibrary.NewBlob(0, data, bytes);
        GValue value = default;
        VipsLibrary.InitValue(&value, VipsLibrary.BlobType());
        VipsLibrary.SetBoxed(&value, blob);
        VipsLibrary.SetProperty(_operation, name, &value);
        VipsLibrary.UnsetValue(&value);
        VipsLibrary.UnrefBlob(blob);
        return this;
    }

    /// <summary>Builds, and takes the picture named <c>out</c>.</summary>
    public VipsImage Image()
    {
        Build();
        GValue value = default;
        VipsLibrary.InitValue(&value, VipsLibrary.ImageType());
        VipsLibrary.GetProperty(_operation, "out", &value);
        var image = new VipsImage(VipsLibrary.Ref(VipsLibrary.GetObject(&value)));
        VipsLibrary.UnsetValue(&value);
        return image;
    }

    /// <summary>Builds, and takes the bytes named <c>buffer</c>.</summary>
    public byte[] Bytes()
    {
        Build();
        GValue value = default;
        VipsLibrary.InitValue(&value, VipsLibrary.BlobType());
        VipsLibrary.GetProperty(_operation, "buffer", &value);
        nuint bytes;
        var data = VipsLibrary.BlobData(VipsLibrary.GetBoxed(&value), &bytes);
        var copy = new ReadOnlySpan<byte>(data, checked((int)bytes)).ToArray();
        VipsLibrary.UnsetValue(&value);
        return copy;
    }

    void Build()
    {
        var failed = VipsLibrary.Build(_operation) != 0;
        _built = true;
        if (failed)
        {
            throw VipsException.Take();
        }
    }

    public void Dispose()
    {
        if (_built)
        {
            VipsLibrary.UnrefOutputs(_operation);
        }

        VipsLibrary.Unref(_operation);
    }
}

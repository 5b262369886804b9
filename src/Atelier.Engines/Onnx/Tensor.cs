namespace Atelier.Engines.Onnx;

/// <summary>Element types that cross the binding; the numbers are ONNX Runtime's own.</summary>
public enum TensorElement
{
    Float = 1,
    UInt8 = 2,
    Int64 = 7,
    Bool = 9,
}

/// <summary>An array of numbers with a shape, row-major.</summary>
public abstract class Tensor
{
    protected Tensor(TensorElement element, int[] shape, int length)
    {
        var product = 1L;
        foreach (var size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            product *= size;
        }

        if (product != length)
        {
            throw new ArgumentException($"{length} elements do not fill [{string.Join(", ", shape)}].", nameof(shape));
        }

        (Element, Shape) = (element, shape);
    }

    public TensorElement Element { get; }

    /// <summary>Sizes, outermost first.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>A tensor over an array, which is not copied.</summary>
    /// <exception cref="ArgumentException">The array does not fill the shape.</exception>
    public static Tensor<T> Of<T>(T[] data, params int[] shape)
        where T : unmanaged => new(data, shape);

    /// <summary>The elements as floats.</summary>
    /// <exception cref="InvalidOperationException">They are something else.</exception>
    public float[] Floats => this is Tensor<float> floats
        ? floats.Data
        : throw new InvalidOperationException($"The tensor holds {Element}, not {TensorElement.Float}.");
}

/// <summary>A tensor of one element type: float, byte, long or bool.</summary>
public sealed class Tensor<T> : Tensor
    where T : unmanaged
{
    internal Tensor(T[] data, int[] shape)
        : base(ElementOf(), shape, data.Length) => Data = data;

    /// <summary>The elements, shared with whoever made the tensor.</summary>
    public T[] Data { get; }

    static TensorElement ElementOf()
    {
        if (typeof(T) == typeof(float))
        {
            return TensorElement.Float;
        }

        if (typeof(T) == typeof(long))
        {
            return TensorElement.Int64;
        }

        if (typeof(T) == typeof(byte))
        {
            return TensorElement.UInt8;
        }

        return typeof(T) == typeof(bool)
            ? TensorElement.Bool
            : throw new NotSupportedException($"No tensor of {typeof(T).Name}.");
    }
}

using System.Runtime.InteropServices;

namespace Atelier.Server.Packs.Conversion;

/// <summary>
/// The numbers of one constant, written only when the file is: a net's weights never lie in memory whole.
/// </summary>
/// <param name="Type">ONNX element type: 1 is float, 7 is int64.</param>
/// <param name="Bytes">How many bytes <paramref name="Write"/> writes.</param>
/// <param name="Write">Writes them, little-endian.</param>
sealed record TensorData(int Type, long Bytes, Action<Stream> Write)
{
    public const int FloatType = 1;
    public const int Int64Type = 7;

    public static TensorData Of(float[] values) =>
        new(FloatType, values.Length * 4L, to => to.Write(MemoryMarshal.AsBytes<float>(values)));

    public static TensorData Of(long[] values) =>
        new(Int64Type, values.Length * 8L, to => to.Write(MemoryMarshal.AsBytes<long>(values)));
}

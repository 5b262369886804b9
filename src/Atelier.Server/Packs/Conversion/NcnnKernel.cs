namespace Atelier.Server.Packs.Conversion;

/// <summary>
/// Kernel, stride, padding and dilation of a convolution layer. Heights default to widths, as in ncnn.
/// </summary>
sealed class NcnnKernel(NcnnLayer layer)
{
    public int Outputs { get; } = layer.Int(0);

    public int Width { get; } = layer.Int(1);

    public int Height { get; } = layer.Int(11, layer.Int(1));

    /// <summary>The attributes of ONNX's <c>Conv</c> and <c>ConvTranspose</c>.</summary>
    public IReadOnlyList<OnnxAttribute> Attributes
    {
        get
        {
            var left = layer.Int(4);
            var top = layer.Int(14, left);
            if (left < 0 || top < 0)
            {
                // -233 and -234 stand for TensorFlow's “same” padding.
                throw new InvalidDataException($"The ncnn layer {layer.Name} pads by its input's size.");
            }

            return
            [
                new OnnxAttribute.Ints("kernel_shape", Height, Width),
                new OnnxAttribute.Ints("strides", layer.Int(13, layer.Int(3, 1)), layer.Int(3, 1)),
                new OnnxAttribute.Ints("pads", top, left, layer.Int(16, top), layer.Int(15, left)),
                new OnnxAttribute.Ints("dilations", layer.Int(12, layer.Int(2, 1)), layer.Int(2, 1)),
            ];
        }
    }

    /// <summary>Input channels of one group, from the number of weights.</summary>
    public int Depth(int weights)
    {
        var kernel = (long)Outputs * Width * Height;
        return kernel > 0 && weights % kernel is 0
            ? (int)(weights / kernel)
            : throw new InvalidDataException($"The ncnn layer {layer.Name} has weights that fit no kernel.");
    }
}

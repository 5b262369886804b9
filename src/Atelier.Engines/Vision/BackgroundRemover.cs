using Atelier.Engines.Imaging;
using Atelier.Engines.Onnx;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Atelier.Engines.Vision;

/// <summary>U²-Net (small): which pixels belong to the thing that the picture shows.</summary>
/// <remarks>
/// Sizes, kernels and normalisation as rembg (MIT) feeds the same file. Holds the weights; safe to call from many
/// threads.
/// </remarks>
public sealed class BackgroundRemover : IDisposable
{
    const int Side = 320;
    const string Input = "input.1";

    // The fused map; the six others are the net's side outputs for training.
    const string Fused = "1959";

    // ImageNet's, by channel.
    static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    readonly OnnxSession _session;

    BackgroundRemover(OnnxSession session) => _session = session;

    /// <param name="modelPath"><c>u2netp.onnx</c>: [1,3,320,320] to seven maps.</param>
    /// <param name="threads">For one run.</param>
    public static BackgroundRemover Load(string modelPath, int threads) =>
        new(OnnxSession.Load(modelPath, threads, [Input], [Fused]));

    /// <summary>The mask: one channel of the picture's size, 255 where the thing is.</summary>
    public PixelBuffer Mask(PixelBuffer picture, CancellationToken cancellationToken)
    {
        var small = Pictures.Resize(picture.WithoutAlpha(), Side, Side, ResizeKernel.Lanczos3);
        var map = _session.Run([(Input, Normalise(small))], [Fused], cancellationToken)[0].Floats;
        return Pictures.Resize(Stretch(map), picture.Width, picture.Height, ResizeKernel.Lanczos3);
    }

    // The brightest value becomes 1 first: the net was trained so, and dark pictures depend on it.
    static Tensor<float> Normalise(PixelBuffer small)
    {
        var brightest = Math.Max((int)TensorPrimitives.Max<byte>(small.Data), 1);
        const int Plane = Side * Side;
        var planes = new float[3 * Plane];
        for (var channel = 0; channel < 3; channel++)
        {
            var (scale, shift) = (1f / (brightest * Deviation[channel]), Mean[channel] / Deviation[channel]);
            for (var pixel = 0; pixel < Plane; pixel++)
            {
                planes[(channel * Plane) + pixel] = (small.Data[(pixel * 3) + channel] * scale) - shift;
            }
        }

        return Tensor.Of(planes, 1, 3, Side, Side);
    }

    // The map's own least and greatest values become 0 and 255.
    static PixelBuffer Stretch(float[] map)
    {
        var (least, greatest) = (TensorPrimitives.Min<float>(map), TensorPrimitives.Max<float>(map));
        var scale = greatest > least ? 255 / (greatest - least) : 0;
        return new(Side, Side, 1, Array.ConvertAll(map, value => (byte)((value - least) * scale)));
    }

    public void Dispose() => _session.Dispose();
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using Atelier.Server.Packs.Conversion;
using Atelier.Server.Tests.Packs.Support;

namespace Atelier.Server.Tests.Packs;

/// <summary>
/// Small nets by hand. That the three real ones compute what the same nets converted by the onnx project's own library
/// compute, with no difference at all, was checked in ONNX Runtime 1.30 on a photograph.
/// </summary>
public sealed class NcnnConverterTests : IDisposable
{
    const string Upscaler = """
        7767517
        7 8
        Input                    input    0 1 data
        Split                    split    1 2 data a b
        Convolution              conv     1 1 a c 0=12 1=1 5=1 6=36 9=2 -23310=1,0.25
        PReLU                    prelu    1 1 c d 0=12
        PixelShuffle             shuffle  1 1 d e 0=2
        Interp                   resize   1 1 b f 0=1 1=2.0 2=2.0
        BinaryOp                 add      2 1 e f output
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("atelier-ncnn-").FullName;

    [Fact]
    public void A_net_becomes_the_same_graph()
    {
        var graph = OnnxText.Read(Convert(Upscaler, [.. Half(36), .. Floats(12), .. Floats(12)]));
        Assert.Equal(
            """
            in data [n,3,h,w]
            out sr_out [n,out_channels,out_h,out_w]
            c1 float[12,3,1,1] 144 bytes
            c2 float[12] 48 bytes
            c5 float[12,1,1] 48 bytes
            c8 float[4] 16 bytes
            Conv(data,c1,c2) -> t3 kernel_shape=1,1 strides=1,1 pads=0,0,0,0 dilations=1,1 group=1
            LeakyRelu(t3) -> t4 alpha=0.25
            PRelu(t4,c5) -> t6
            DepthToSpace(t6) -> t7 blocksize=2 mode=CRD
            Resize(data,,c8) -> t9 mode=nearest coordinate_transformation_mode=asymmetric nearest_mode=floor
            Add(t7,t9) -> t10
            Identity(t10) -> sr_out
            """,
            graph);
    }

    [Fact]
    public void The_bytes_are_the_same_each_time()
    {
        byte[] bin = [.. Half(36), .. Floats(12), .. Floats(12)];
        Assert.Equal(SHA256.HashData(Convert(Upscaler, bin)), SHA256.HashData(Convert(Upscaler, bin)));
    }

    [Fact]
    public void Half_floats_become_floats_and_padding_is_skipped()
    {
        const string net = "7767517\n2 2\nInput i 0 1 data\nConvolution c 1 1 data o 0=1 1=1 5=1 6=3";
        var onnx = Convert(net, [.. Half(3), .. Floats(1)]);
        byte[] weights = new byte[12];
        BinaryPrimitives.WriteSingleLittleEndian(weights.AsSpan(4), 1);
        BinaryPrimitives.WriteSingleLittleEndian(weights.AsSpan(8), 2);
        Assert.True(onnx.AsSpan().IndexOf(weights) > 0);
    }

    [Fact]
    public void A_transposed_convolution_has_its_axes_swapped()
    {
        const string net = "7767517\n2 2\nInput i 0 1 data\nDeconvolution d 1 1 data o 0=2 1=1 3=2 6=6";
        var onnx = Convert(net, [0, 0, 0, 0, .. Floats(6)]);
        Assert.Contains("c1 float[3,2,1,1] 24 bytes", OnnxText.Read(onnx), StringComparison.Ordinal);

        // Stored as output by input: 0 1 2, 3 4 5; wanted as input by output.
        var swapped = new byte[24];
        foreach (var (value, at) in new[] { 0, 3, 1, 4, 2, 5 }.Select((value, at) => (value, at)))
        {
            BinaryPrimitives.WriteSingleLittleEndian(swapped.AsSpan(at * 4), value);
        }

        Assert.True(onnx.AsSpan().IndexOf(swapped) > 0);
    }

    [Theory]
    [InlineData(-1, "The ncnn weights end before the net does.")]
    [InlineData(1, "The ncnn weights hold more than the net uses.")]
    public void Every_byte_of_the_weights_must_be_used(int more, string reason)
    {
        byte[] bin = [.. Half(36), .. Floats(12), .. Floats(12)];
        Array.Resize(ref bin, bin.Length + more * 4);
        Assert.Equal(reason, Assert.Throws<InvalidDataException>(() => Convert(Upscaler, bin)).Message);
    }

    [Theory]
    [InlineData("7767517\n1 1\nInput i 0 1 data\nLSTM l 1 1 data o")]
    [InlineData("7767517\n2 2\nInput i 0 1 data\nLSTM l 1 1 data o")]
    [InlineData("7767517\n2 2\nInput i 0 1 data\nSigmoid s 1 1 nothing o")]
    [InlineData("7767517\n2 2\nInput i 0 1 data\nSigmoid s 9 9 data o")]
    [InlineData("7767517\n2 3\nInput i 0 1 data\nSplit s 1 2 data a b")]
    [InlineData("7767517\n2 2\nInput i 0 1 data\nPixelShuffle s 1 1 data o 0=2 1=1")]
    [InlineData("7767517\n2 2\nInput i 0 1 data\nInterp r 1 1 data o 0=2 3=64 4=64")]
    [InlineData("7767517\n2 2\nInput i 0 1 data\nConvolution c 1 1 data o 0=x")]
    [InlineData("<html>")]
    public void What_is_not_known_is_refused(string net)
    {
        Assert.Throws<InvalidDataException>(() => Convert(net, []));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    byte[] Convert(string param, byte[] bin)
    {
        var net = Path.Combine(_folder, "net");
        File.WriteAllText(net + ".param", param);
        File.WriteAllBytes(net + ".bin", bin);
        using var onnx = new MemoryStream();
        NcnnConverter.Convert(net + ".param", net + ".bin", onnx);
        return onnx.ToArray();
    }

    // A block of 16-bit floats 0, 1, 2, …: its flag, the values, zeros up to a multiple of four bytes.
    static byte[] Half(int count)
    {
        var block = new byte[4 + (count * 2 + 3) / 4 * 4];
        BinaryPrimitives.WriteUInt32LittleEndian(block, 0x01306B47);
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(block.AsSpan(4 + i * 2), (Half)i);
        }

        return block;
    }

    static byte[] Floats(int count)
    {
        var block = new byte[count * 4];
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(block.AsSpan(i * 4), i);
        }

        return block;
    }
}

using static Atelier.Server.Packs.Conversion.OnnxAttribute;

namespace Atelier.Server.Packs.Conversion;

/// <summary>
/// Turns an ncnn net (<c>.param</c> and <c>.bin</c>) into an ONNX file that computes the same, in 32-bit floats.
/// </summary>
/// <remarks>
/// Knows the layers that picture nets are made of; meanings of the numbered settings are those of
/// https://github.com/Tencent/ncnn/wiki/operators. ncnn has no batch axis, so its axis <i>n</i> is ONNX's <i>n</i> + 1.
/// </remarks>
sealed class NcnnConverter
{
    /// <summary>The name of the converted net's output.</summary>
    public const string Output = "sr_out";

    readonly OnnxWriter _onnx = new();
    readonly NcnnWeights _weights;

    // ncnn's name of a tensor -> ours. A layer that changes nothing (Split) only adds a second name.
    readonly Dictionary<string, string> _tensors = new(StringComparer.Ordinal);
    string? _input;
    int _channels;

    NcnnConverter(NcnnWeights weights) => _weights = weights;

    /// <exception cref="InvalidDataException">
    /// A layer or form that is not known, or a <c>.bin</c> that the <c>.param</c> does not use to the last byte.
    /// </exception>
    public static void Convert(string paramPath, string binPath, Stream onnx)
    {
        var layers = NcnnLayer.Read(File.ReadAllText(paramPath));
        using var file = File.OpenHandle(binPath);
        var weights = new NcnnWeights(file);
        var converter = new NcnnConverter(weights);
        foreach (var layer in layers)
        {
            converter.Add(layer);
        }

        if (!weights.AtEnd)
        {
            throw new InvalidDataException("The ncnn weights hold more than the net uses.");
        }

        converter.Write(layers, onnx);
    }

    void Write(IReadOnlyList<NcnnLayer> layers, Stream onnx)
    {
        var read = layers.SelectMany(layer => layer.Inputs).ToHashSet(StringComparer.Ordinal);
        var ends = layers.SelectMany(layer => layer.Outputs).Where(name => !read.Contains(name)).ToList();
        if (_input is null || ends is not [var end])
        {
            throw new InvalidDataException("The ncnn net must have one input and one output.");
        }

        _onnx.Node("Identity", [_tensors[end]], Output, []);
        _onnx.WriteTo(onnx, _input, _channels is 0 ? 3 : _channels, Output);
    }

    void Add(NcnnLayer layer)
    {
        if (layer.Type is "Input")
        {
            _input = _input is null ? layer.Outputs[0] : throw Unknown(layer, "a second input");
            _tensors[_input] = _input;
            return;
        }

        string[] inputs = [.. layer.Inputs.Select(name => _tensors.GetValueOrDefault(name)
            ?? throw Unknown(layer, "an input that no layer gives"))];
        if (inputs is [] || layer.Outputs is [])
        {
            throw Unknown(layer, "no input or no output");
        }

        if (layer.Type is "Split")
        {
            foreach (var name in layer.Outputs)
            {
                _tensors[name] = inputs[0];
            }

            return;
        }

        _tensors[layer.Outputs[0]] = layer.Type switch
        {
            "Convolution" or "ConvolutionDepthWise" => Convolution(layer, inputs[0]),
            "Deconvolution" => Deconvolution(layer, inputs[0]),
            "InnerProduct" => InnerProduct(layer, inputs[0]),
            "PReLU" => Slopes(layer, inputs[0]),
            "ReLU" => _onnx.Node("LeakyRelu", inputs, new Float("alpha", layer.Float(0))),
            "Sigmoid" => _onnx.Node("Sigmoid", inputs),
            "Concat" => _onnx.Node("Concat", inputs, new Int("axis", layer.Int(0) + 1)),
            "Eltwise" => Eltwise(layer, inputs),
            "BinaryOp" => BinaryOp(layer, inputs),
            "Scale" => Scale(layer, inputs),
            "Interp" => Interp(layer, inputs),
            "PixelShuffle" when layer.Int(1) is 0 =>
                _onnx.Node("DepthToSpace", inputs, new Int("blocksize", layer.Int(0)), new Text("mode", "CRD")),
            "Pooling" when layer.Int(4) is 1 =>
                _onnx.Node(layer.Int(0) is 0 ? "GlobalMaxPool" : "GlobalAveragePool", inputs),
            "Crop" => Crop(layer, inputs[0]),
            _ => throw Unknown(layer, "not a form that is converted"),
        };
    }

    string Convolution(NcnnLayer layer, string input)
    {
        var shape = new NcnnKernel(layer);
        var groups = layer.Type is "ConvolutionDepthWise" ? layer.Int(7, 1) : 1;
        var perGroup = shape.Depth(layer.Int(6));
        _channels = input == _input ? perGroup * groups : _channels;

        var weights = _onnx.Constant(
            _weights.Weights(layer.Int(6)), shape.Outputs, perGroup, shape.Height, shape.Width);
        string[] inputs = [input, weights, .. Bias(layer.Int(5), shape.Outputs)];
        var output = _onnx.Node("Conv", inputs, [.. shape.Attributes, new Int("group", groups)]);
        return Activation(layer, output);
    }

    string Deconvolution(NcnnLayer layer, string input)
    {
        var shape = new NcnnKernel(layer);
        if (layer.Int(18) is not 0 || layer.Int(20) is not 0)
        {
            throw Unknown(layer, "output padding or a fixed output size");
        }

        var depth = shape.Depth(layer.Int(6));
        var swapped = SwapFirstAxes(
            _weights.WeightsNow(layer.Int(6)), shape.Outputs, depth, shape.Height * shape.Width);
        var weights = _onnx.Constant(
            TensorData.Of(swapped), depth, shape.Outputs, shape.Height, shape.Width);
        string[] inputs = [input, weights, .. Bias(layer.Int(5), shape.Outputs)];
        return Activation(layer, _onnx.Node("ConvTranspose", inputs, [.. shape.Attributes]));
    }

    string InnerProduct(NcnnLayer layer, string input)
    {
        // After a global pooling the picture is one pixel, so a full connection is a 1 by 1 convolution.
        var outputs = layer.Int(0);
        var weights = _onnx.Constant(_weights.Weights(layer.Int(2)), outputs, layer.Int(2) / outputs, 1, 1);
        string[] inputs = [input, weights, .. Bias(layer.Int(1), outputs)];
        return Activation(layer, _onnx.Node("Conv", inputs, new Ints("kernel_shape", 1, 1)));
    }

    string[] Bias(int has, int count) => has is 0 ? [] : [_onnx.Constant(_weights.Floats(count), count)];

    string Slopes(NcnnLayer layer, string input)
    {
        var count = layer.Int(0);
        return _onnx.Node("PRelu", [input, _onnx.Constant(_weights.Floats(count), count, 1, 1)]);
    }

    string Eltwise(NcnnLayer layer, string[] inputs)
    {
        var operation = layer.Int(0) switch
        {
            0 => "Mul",
            1 => "Add",
            2 => "Max",
            _ => throw Unknown(layer, "an unknown operation"),
        };
        var factors = layer.Array(1);
        if (operation is "Add" && factors.Length == inputs.Length)
        {
            inputs = [.. inputs.Zip(factors, (input, factor) =>
                factor == 1 ? input : _onnx.Node("Mul", [input, Scalar(factor)]))];
        }

        return inputs.Aggregate((sum, next) => _onnx.Node(operation, [sum, next]));
    }

    string BinaryOp(NcnnLayer layer, string[] inputs)
    {
        var right = layer.Int(1) is 1 ? Scalar(layer.Float(2)) : inputs is [_, var second] ? second
            : throw Unknown(layer, "one operand");
        return layer.Int(0) switch
        {
            0 => _onnx.Node("Add", [inputs[0], right]),
            1 => _onnx.Node("Sub", [inputs[0], right]),
            2 => _onnx.Node("Mul", [inputs[0], right]),
            3 => _onnx.Node("Div", [inputs[0], right]),
            4 => _onnx.Node("Max", [inputs[0], right]),
            5 => _onnx.Node("Min", [inputs[0], right]),
            7 => _onnx.Node("Sub", [right, inputs[0]]),
            8 => _onnx.Node("Div", [right, inputs[0]]),
            _ => throw Unknown(layer, "an unknown operation"),
        };
    }

    string Scale(NcnnLayer layer, string[] inputs)
    {
        if (inputs is [_, _])
        {
            return _onnx.Node("Mul", inputs);
        }

        var count = layer.Int(0);
        var scaled = _onnx.Node("Mul", [inputs[0], _onnx.Constant(_weights.Floats(count), count, 1, 1)]);
        return layer.Int(1) is 0
            ? scaled
            : _onnx.Node("Add", [scaled, _onnx.Constant(_weights.Floats(count), count, 1, 1)]);
    }

    string Interp(NcnnLayer layer, string[] inputs)
    {
        if (inputs.Length > 1 || layer.Float(1) <= 0 || layer.Float(2) <= 0 || layer.Int(6) is not 0)
        {
            throw Unknown(layer, "a resize to a given size, or with aligned corners");
        }

        var scales = _onnx.Constant(TensorData.Of([1f, 1f, layer.Float(1), layer.Float(2)]), 4);
        OnnxAttribute[] how = layer.Int(0) switch
        {
            1 =>
            [
                new Text("mode", "nearest"), new Text("coordinate_transformation_mode", "asymmetric"),
                new Text("nearest_mode", "floor"),
            ],
            2 => [new Text("mode", "linear"), new Text("coordinate_transformation_mode", "half_pixel")],
            3 => [new Text("mode", "cubic"), new Text("coordinate_transformation_mode", "half_pixel")],
            _ => throw Unknown(layer, "an unknown resize"),
        };
        return _onnx.Node("Resize", [inputs[0], "", scales], how);
    }

    string Crop(NcnnLayer layer, string input)
    {
        var starts = layer.Array(9);
        var ends = layer.Array(10);
        var axes = layer.Array(11);
        if (starts is [])
        {
            // Offsets alone mean the middle: the same margin is cut from both sides.
            starts = [layer.Int(1), layer.Int(0)];
            ends = [-starts[0], -starts[1]];
            axes = [1, 2];
        }

        if (ends.Length != starts.Length || (axes.Length > 0 && axes.Length != starts.Length))
        {
            throw Unknown(layer, "ends or axes that do not match the starts");
        }

        // An end of 0 or -233 is the far edge.
        var far = ends.Select(end => end is 0 or -233 ? int.MaxValue : (long)end);
        var along = axes.Length > 0
            ? axes.Select(axis => axis < 0 ? (long)axis : (long)axis + 1)
            : Enumerable.Range(1, starts.Length).Select(axis => (long)axis);
        return _onnx.Node("Slice",
            [input, Whole(starts.Select(start => (long)start)), Whole(far), Whole(along)]);
    }

    string Activation(NcnnLayer layer, string input)
    {
        var with = layer.Array(10);
        return (layer.Int(9), with) switch
        {
            (0, _) => input,
            (1, _) => _onnx.Node("Relu", [input]),
            (2, [var slope]) => _onnx.Node("LeakyRelu", [input], new Float("alpha", slope)),
            (3, [var low, var high]) => _onnx.Node("Clip", [input, Scalar(low), Scalar(high)]),
            (4, _) => _onnx.Node("Sigmoid", [input]),
            _ => throw Unknown(layer, "an unknown activation"),
        };
    }

    string Scalar(float value) => _onnx.Constant(TensorData.Of([value]));

    string Whole(IEnumerable<long> values)
    {
        long[] array = [.. values];
        return _onnx.Constant(TensorData.Of(array), array.Length);
    }

    static float[] SwapFirstAxes(float[] values, int first, int second, int inner)
    {
        var swapped = new float[values.Length];
        for (var i = 0; i < first; i++)
        {
            for (var j = 0; j < second; j++)
            {
                values.AsSpan((i * second + j) * inner, inner).CopyTo(swapped.AsSpan((j * first + i) * inner));
            }
        }

        return swapped;
    }

    static InvalidDataException Unknown(NcnnLayer layer, string what) =>
        new($"The ncnn layer {layer.Name} ({layer.Type}) cannot be converted: it has {what}.");
}

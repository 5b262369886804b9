namespace Atelier.Server.Packs.Conversion;

/// <summary>Collects the nodes and constants of a graph, then writes them as one ONNX file.</summary>
/// <remarks>
/// Field numbers are those of <c>onnx.proto3</c> (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3). The output
/// is the same bytes for the same calls, so a converted file has a hash that can be pinned.
/// </remarks>
sealed class OnnxWriter
{
    // Operator set 16 is the first with every form used here, and is old enough for any runtime of the last years.
    const int OperatorSet = 16;
    const int FileVersion = 8;

    readonly List<ReadOnlyMemory<byte>> _nodes = [];
    readonly List<(ProtoWriter Head, TensorData Data)> _constants = [];
    int _names;

    /// <summary>
    /// Adds a node with one output and returns the name of that output. An empty input is one left out.
    /// </summary>
    public string Node(string type, IReadOnlyList<string> inputs, params IReadOnlyList<OnnxAttribute> attributes)
    {
        var output = $"t{++_names}";
        Node(type, inputs, output, attributes);
        return output;
    }

    /// <summary>Adds a node whose output has a given name.</summary>
    public void Node(string type, IReadOnlyList<string> inputs, string output, IReadOnlyList<OnnxAttribute> attributes)
    {
        var node = new ProtoWriter();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, output).Text(4, type);
        foreach (var attribute in attributes)
        {
            node.Message(5, attribute.ToMessage());
        }

        _nodes.Add(node.Written);
    }

    /// <summary>Adds a constant and returns its name. No dimensions make a scalar.</summary>
    public string Constant(TensorData data, params IReadOnlyList<long> dimensions)
    {
        var name = $"c{++_names}";
        var head = new ProtoWriter();
        foreach (var dimension in dimensions)
        {
            head.Int(1, dimension);
        }

        head.Int(2, data.Type).Text(8, name).Length(9, data.Bytes);
        _constants.Add((head, data));
        return name;
    }

    /// <summary>
    /// Writes the file: one input <c>[n, channels, h, w]</c> with free sizes, one output with four axes.
    /// </summary>
    public void WriteTo(Stream to, string input, int channels, string output)
    {
        var ends = new ProtoWriter()
            .Message(11, Value(input, Free("n"), new ProtoWriter().Int(1, channels), Free("h"), Free("w")))
            .Message(12, Value(output, Free("n"), Free("out_channels"), Free("out_h"), Free("out_w")));
        var name = new ProtoWriter().Text(2, "net");

        var length = name.Written.Length + (long)ends.Written.Length;
        length += _nodes.Sum(node => Field(1, node.Length).Written.Length + (long)node.Length);
        length += _constants.Sum(constant => Field(5, Size(constant)).Written.Length + Size(constant));

        to.Write(new ProtoWriter().Int(1, FileVersion).Text(2, "atelier").Length(7, length).Written.Span);
        foreach (var node in _nodes)
        {
            to.Write(Field(1, node.Length).Written.Span);
            to.Write(node.Span);
        }

        to.Write(name.Written.Span);
        foreach (var constant in _constants)
        {
            to.Write(Field(5, Size(constant)).Written.Span);
            to.Write(constant.Head.Written.Span);
            constant.Data.Write(to);
        }

        to.Write(ends.Written.Span);
        to.Write(new ProtoWriter().Message(8, new ProtoWriter().Text(1, "").Int(2, OperatorSet)).Written.Span);
    }

    static ProtoWriter Field(int number, long length) => new ProtoWriter().Length(number, length);

    static long Size((ProtoWriter Head, TensorData Data) constant) =>
        constant.Head.Written.Length + constant.Data.Bytes;

    // A dimension that is known only when the net runs.
    static ProtoWriter Free(string name) => new ProtoWriter().Text(2, name);

    static ProtoWriter Value(string name, params ReadOnlySpan<ProtoWriter> dimensions)
    {
        var shape = new ProtoWriter();
        foreach (var dimension in dimensions)
        {
            shape.Message(1, dimension);
        }

        var tensor = new ProtoWriter().Int(1, TensorData.FloatType).Message(2, shape);
        return new ProtoWriter().Text(1, name).Message(2, new ProtoWriter().Message(1, tensor));
    }
}

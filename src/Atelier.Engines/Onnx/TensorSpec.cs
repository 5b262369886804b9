namespace Atelier.Engines.Onnx;

/// <summary>What a model file says of one input or output.</summary>
/// <param name="Name">As it is passed to a run.</param>
/// <param name="Element">The only element type it takes.</param>
/// <param name="Shape">Sizes; -1 is any size. Empty when the file declares no shape.</param>
public sealed record TensorSpec(string Name, TensorElement Element, IReadOnlyList<int> Shape)
{
    /// <summary>Null when the tensor fits, else the sentence that says why not.</summary>
    internal string? Refuses(Tensor tensor)
    {
        if (tensor.Element != Element)
        {
            return $"{Name} takes {Element}, not {tensor.Element}.";
        }

        // A scalar and a file without shapes both read as rank 0; the runtime itself then checks.
        if (Shape.Count == 0)
        {
            return null;
        }

        var fits = Shape.Count == tensor.Shape.Count;
        for (var axis = 0; fits && axis < Shape.Count; axis++)
        {
            fits = Shape[axis] < 0 || Shape[axis] == tensor.Shape[axis];
        }

        return fits ? null : $"{Name} takes {this.Sizes()}, not [{string.Join(", ", tensor.Shape)}].";
    }

    string Sizes() => $"[{string.Join(", ", Shape.Select(size => size < 0 ? "any" : $"{size}"))}]";

    public override string ToString() => $"{Name} {Element}{Sizes()}";
}

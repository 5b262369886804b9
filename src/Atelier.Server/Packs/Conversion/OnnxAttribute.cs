namespace Atelier.Server.Packs.Conversion;

/// <summary>One named setting of an ONNX node.</summary>
abstract record OnnxAttribute(string Name)
{
    // AttributeProto.type; a reader may refuse an attribute without it.
    const int FloatKind = 1;
    const int IntKind = 2;
    const int TextKind = 3;
    const int IntsKind = 7;

    /// <summary>The attribute as an <c>AttributeProto</c>.</summary>
    public abstract ProtoWriter ToMessage();

    public sealed record Float(string Name, float Value) : OnnxAttribute(Name)
    {
        public override ProtoWriter ToMessage() => new ProtoWriter().Text(1, Name).Float(2, Value).Int(20, FloatKind);
    }

    public sealed record Int(string Name, long Value) : OnnxAttribute(Name)
    {
        public override ProtoWriter ToMessage() => new ProtoWriter().Text(1, Name).Int(3, Value).Int(20, IntKind);
    }

    public sealed record Text(string Name, string Value) : OnnxAttribute(Name)
    {
        public override ProtoWriter ToMessage() => new ProtoWriter().Text(1, Name).Text(4, Value).Int(20, TextKind);
    }

    public sealed record Ints(string Name, params IReadOnlyList<int> Values) : OnnxAttribute(Name)
    {
        public override ProtoWriter ToMessage()
        {
            var message = new ProtoWriter().Text(1, Name);
            foreach (var value in Values)
            {
                message.Int(8, value);
            }

            return message.Int(20, IntsKind);
        }
    }
}

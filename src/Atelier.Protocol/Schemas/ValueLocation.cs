using System.Text;
using System.Text.Json;

namespace Atelier.Protocol.Schemas;

/// <summary>Where a value stands in the body. A linked list, so that a valid input costs no path building.</summary>
sealed record ValueLocation(ValueLocation? Parent, object Part)
{
    /// <summary>Longest value, in bytes of JSON, that is echoed in an error's <c>input</c>.</summary>
    const int MaxEchoBytes = 256;

    public static readonly ValueLocation Body = new(null, "body");

    public ValueLocation Then(object part) => new(this, part);

    /// <summary>The error's entry: this place, pydantic's sentence and type, and the value when it is short.</summary>
    public ValidationDetail Error(string type, string message, JsonElement input, JsonElement? context = null) =>
        new(Path(), message, type) { Input = Short(input), Ctx = context };

    IReadOnlyList<JsonElement> Path()
    {
        Stack<object> parts = new();
        for (var at = this; at.Parent is not null; at = at.Parent)
        {
            parts.Push(at.Part);
        }

        return WireErrors.Loc(parts.ToArray());
    }

    static JsonElement? Short(JsonElement input) =>
        input.ValueKind is not JsonValueKind.Undefined && Encoding.UTF8.GetByteCount(input.GetRawText()) <= MaxEchoBytes
            ? input.Clone()
            : null;
}

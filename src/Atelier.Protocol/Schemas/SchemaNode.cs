using System.Text.Json;

namespace Atelier.Protocol.Schemas;

/// <summary>
/// One compiled schema. Checking and coercing are two passes: a value is written only once all of it fits.
/// </summary>
abstract class SchemaNode
{
    /// <summary>How pydantic names this member in the <c>loc</c> of a union's errors.</summary>
    public abstract string Label { get; }

    /// <summary>What an absent property is filled with; null when nothing is.</summary>
    public JsonElement? Default { get; set; }

    /// <summary>Adds an error for everything that does not fit.</summary>
    public abstract void Check(JsonElement value, ValueLocation at, List<ValidationDetail> errors);

    /// <summary>Writes a value that <see cref="Check"/> accepted, coerced.</summary>
    public abstract void Write(JsonElement value, Utf8JsonWriter writer);

    /// <summary>True when the value fits without coercion; decides which member of a union takes it.</summary>
    public virtual bool FitsExactly(JsonElement value)
    {
        List<ValidationDetail> errors = [];
        Check(value, ValueLocation.Body, errors);
        return errors.Count == 0;
    }
}

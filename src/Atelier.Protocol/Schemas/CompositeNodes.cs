using System.Text.Json;

namespace Atelier.Protocol.Schemas;

/// <summary><c>"type": "array"</c>.</summary>
sealed class ArrayNode(SchemaNode items, int? minItems, int? maxItems) : SchemaNode
{
    public override string Label => $"list[{items.Label}]";

    public override void Check(JsonElement value, ValueLocation at, List<ValidationDetail> errors)
    {
        if (value.ValueKind is not JsonValueKind.Array)
        {
            errors.Add(at.Error("list_type", "Input should be a valid list", value));
            return;
        }

        var count = value.GetArrayLength();
        if (count > maxItems)
        {
            errors.Add(at.Error(
                "too_long",
                $"List should have at most {Plural.Of(maxItems.Value, "item")} after validation, not {count}",
                value,
                ErrorContext.OfList("max_length", maxItems.Value, count)));
            return;
        }

        var before = errors.Count;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            items.Check(item, at.Then(index++), errors);
        }

        if (errors.Count == before && count < minItems)
        {
            errors.Add(at.Error(
                "too_short",
                $"List should have at least {Plural.Of(minItems.Value, "item")} after validation, not {count}",
                value,
                ErrorContext.OfList("min_length", minItems.Value, count)));
        }
    }

    public override void Write(JsonElement value, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var item in value.EnumerateArray())
        {
            items.Write(item, writer);
        }

        writer.WriteEndArray();
    }

    public override bool FitsExactly(JsonElement value) =>
        value.ValueKind is JsonValueKind.Array
        && base.FitsExactly(value)
        && value.EnumerateArray().All(items.FitsExactly);
}

/// <summary>An object with <c>properties</c>: a pydantic model. Unknown fields are ignored.</summary>
sealed class ModelNode(string? title, IReadOnlyList<ModelProperty> properties) : SchemaNode
{
    public override string Label => title ?? "model";

    public override void Check(JsonElement value, ValueLocation at, List<ValidationDetail> errors)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            errors.Add(at.Error(
                "model_attributes_type", "Input should be a valid dictionary or object to extract fields from", value));
            return;
        }

        foreach (var property in properties)
        {
            if (value.TryGetProperty(property.Name, out var member))
            {
                property.Schema.Check(member, at.Then(property.Name), errors);
            }
            else if (property.IsRequired)
            {
                errors.Add(at.Then(property.Name).Error("missing", "Field required", value));
            }
        }
    }

    public override void Write(JsonElement value, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var property in properties)
        {
            if (value.TryGetProperty(property.Name, out var member))
            {
                writer.WritePropertyName(property.Name);
                property.Schema.Write(member, writer);
            }
            else if (property.Schema.Default is { } fallback)
            {
                writer.WritePropertyName(property.Name);
                fallback.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    public override bool FitsExactly(JsonElement value) =>
        value.ValueKind is JsonValueKind.Object
        && base.FitsExactly(value)
        && properties.All(property =>
            !value.TryGetProperty(property.Name, out var member) || property.Schema.FitsExactly(member));
}

sealed record ModelProperty(string Name, SchemaNode Schema, bool IsRequired);

/// <summary>
/// An object without <c>properties</c>: a dictionary, its values perhaps under <c>additionalProperties</c>.
/// </summary>
sealed class DictionaryNode(SchemaNode values) : SchemaNode
{
    public override string Label => "dict";

    public override void Check(JsonElement value, ValueLocation at, List<ValidationDetail> errors)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            errors.Add(at.Error("dict_type", "Input should be a valid dictionary", value));
            return;
        }

        foreach (var member in value.EnumerateObject())
        {
            values.Check(member.Value, at.Then(member.Name), errors);
        }
    }

    public override void Write(JsonElement value, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var member in value.EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            values.Write(member.Value, writer);
        }

        writer.WriteEndObject();
    }
}

/// <summary>
/// <c>anyOf</c>. A member that takes the value as it is wins over one that must coerce it, then order decides.
/// </summary>
sealed class UnionNode(IReadOnlyList<SchemaNode> members) : SchemaNode
{
    public override string Label => $"union[{string.Join(',', members.Select(member => member.Label))}]";

    public override void Check(JsonElement value, ValueLocation at, List<ValidationDetail> errors)
    {
        if (Choose(value) is not null)
        {
            return;
        }

        foreach (var member in members)
        {
            member.Check(value, at.Then(member.Label), errors);
        }
    }

    public override void Write(JsonElement value, Utf8JsonWriter writer) => Choose(value)!.Write(value, writer);

    public override bool FitsExactly(JsonElement value) => members.Any(member => member.FitsExactly(value));

    SchemaNode? Choose(JsonElement value) => members.FirstOrDefault(member => member.FitsExactly(value))
        ?? members.FirstOrDefault(member =>
        {
            List<ValidationDetail> errors = [];
            member.Check(value, ValueLocation.Body, errors);
            return errors.Count == 0;
        });
}

/// <summary>A value or null: pydantic's <c>Optional</c>, whose errors are those of the value alone.</summary>
sealed class NullableNode(SchemaNode inner) : SchemaNode
{
    public override string Label => $"nullable[{inner.Label}]";

    public override void Check(JsonElement value, ValueLocation at, List<ValidationDetail> errors)
    {
        if (value.ValueKind is not JsonValueKind.Null)
        {
            inner.Check(value, at, errors);
        }
    }

    public override void Write(JsonElement value, Utf8JsonWriter writer)
    {
        if (value.ValueKind is JsonValueKind.Null)
        {
            writer.WriteNullValue();
        }
        else
        {
            inner.Write(value, writer);
        }
    }

    public override bool FitsExactly(JsonElement value) =>
        value.ValueKind is JsonValueKind.Null || inner.FitsExactly(value);
}

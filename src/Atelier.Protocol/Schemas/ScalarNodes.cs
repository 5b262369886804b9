using System.Globalization;
using System.Text.Json;

namespace Atelier.Protocol.Schemas;

/// <summary><c>"type": "string"</c>. Lengths count Unicode code points, as pydantic's do.</summary>
sealed class StringNode(int? minLength, int? maxLength) : SchemaNode
{
    public override string Label => "str";

    public override void Check(JsonElement value, ValueLocation at, List<ValidationDetail> errors)
    {
        if (value.ValueKind is not JsonValueKind.String)
        {
            errors.Add(at.Error("string_type", "Input should be a valid string", value));
            return;
        }

        if (minLength is null && maxLength is null)
        {
            return;
        }

        var length = value.GetString()!.EnumerateRunes().Count();
        if (length < minLength)
        {
            errors.Add(at.Error(
                "string_too_short",
                $"String should have at least {Plural.Of(minLength.Value, "character")}",
                value,
                ErrorContext.Of("min_length", minLength.Value)));
        }
        else if (length > maxLength)
        {
            errors.Add(at.Error(
                "string_too_long",
                $"String should have at most {Plural.Of(maxLength.Value, "character")}",
                value,
                ErrorContext.Of("max_length", maxLength.Value)));
        }
    }

    public override void Write(JsonElement value, Utf8JsonWriter writer) => value.WriteTo(writer);
}

/// <summary><c>"type": "boolean"</c>, with the words and numbers that pydantic takes for one.</summary>
sealed class BooleanNode : SchemaNode
{
    public override string Label => "bool";

    public override void Check(JsonElement value, ValueLocation at, List<ValidationDetail> errors)
    {
        if (Read(value) is not null)
        {
            return;
        }

        var parsed = value.ValueKind is JsonValueKind.String
            || (value.ValueKind is JsonValueKind.Number
                && value.TryGetDouble(out var number)
                && double.IsInteger(number));
        errors.Add(parsed
            ? at.Error("bool_parsing", "Input should be a valid boolean, unable to interpret input", value)
            : at.Error("bool_type", "Input should be a valid boolean", value));
    }

    public override void Write(JsonElement value, Utf8JsonWriter writer) =>
        writer.WriteBooleanValue(Read(value)!.Value);

    public override bool FitsExactly(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False;

    static bool? Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.TryGetDouble(out var number) && number is 0 or 1 ? number is 1 : null,
        JsonValueKind.String => value.GetString()!.ToLower(CultureInfo.InvariantCulture) switch
        {
            "1" or "true" or "t" or "yes" or "y" or "on" => true,
            "0" or "false" or "f" or "no" or "n" or "off" => false,
            _ => null,
        },
        _ => null,
    };
}

/// <summary><c>"type": "null"</c>.</summary>
sealed class NullNode : SchemaNode
{
    public override string Label => "none";

    public override void Check(JsonElement value, ValueLocation at, List<ValidationDetail> errors)
    {
        if (value.ValueKind is not JsonValueKind.Null)
        {
            errors.Add(at.Error("none_required", "Input should be None", value));
        }
    }

    public override void Write(JsonElement value, Utf8JsonWriter writer) => writer.WriteNullValue();
}

/// <summary>A schema that says nothing: any JSON passes as it is.</summary>
sealed class AnyNode : SchemaNode
{
    public override string Label => "any";

    public override void Check(JsonElement value, ValueLocation at, List<ValidationDetail> errors)
    {
    }

    public override void Write(JsonElement value, Utf8JsonWriter writer) => value.WriteTo(writer);
}

/// <summary><c>"enum"</c> or <c>"const"</c>: one of a few scalars, pydantic's <c>Literal</c>.</summary>
sealed class LiteralNode : SchemaNode
{
    readonly JsonElement[] _values;
    readonly string _expected;

    public LiteralNode(JsonElement[] values)
    {
        _values = values;
        var shown = values.Select(Show).ToArray();
        _expected = shown.Length == 1 ? shown[0] : $"{string.Join(", ", shown[..^1])} or {shown[^1]}";
        Label = $"literal[{string.Join(',', shown)}]";
    }

    public override string Label { get; }

    public override void Check(JsonElement value, ValueLocation at, List<ValidationDetail> errors)
    {
        if (!_values.Any(allowed => JsonElement.DeepEquals(allowed, value)))
        {
            errors.Add(at.Error(
                "literal_error", $"Input should be {_expected}", value, ErrorContext.Of("expected", _expected)));
        }
    }

    public override void Write(JsonElement value, Utf8JsonWriter writer) => value.WriteTo(writer);

    static string Show(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"'{value.GetString()}'",
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Null => "None",
        _ => value.GetRawText(),
    };
}

static class Plural
{
    public static string Of(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}

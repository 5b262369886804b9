using System.Globalization;
using System.Text.Json;

namespace Atelier.Protocol.Schemas;

/// <summary>The limits of a number. Kept as JSON too, because <c>ctx</c> repeats them as they were written.</summary>
sealed class NumberLimits(JsonElement? ge, JsonElement? gt, JsonElement? le, JsonElement? lt, JsonElement? multipleOf)
{
    readonly (JsonElement? Limit, string Name, string Type, string Words, Func<double, double, bool> Holds)[] _limits =
    [
        (multipleOf, "multiple_of", "multiple_of", "a multiple of", static (x, n) => Math.IEEERemainder(x, n) == 0),
        (le, "le", "less_than_equal", "less than or equal to", static (x, limit) => x <= limit),
        (lt, "lt", "less_than", "less than", static (x, limit) => x < limit),
        (ge, "ge", "greater_than_equal", "greater than or equal to", static (x, limit) => x >= limit),
        (gt, "gt", "greater_than", "greater than", static (x, limit) => x > limit),
    ];

    /// <summary>Adds the first limit that the number breaks, in pydantic's order.</summary>
    public void Check(double number, JsonElement value, ValueLocation at, List<ValidationDetail> errors)
    {
        foreach (var (limit, name, type, words, holds) in _limits)
        {
            if (limit is { } bound && !holds(number, bound.GetDouble()))
            {
                var text = bound.GetDouble().ToString(CultureInfo.InvariantCulture);
                errors.Add(at.Error(type, $"Input should be {words} {text}", value, ErrorContext.Of(name, bound)));
                return;
            }
        }
    }
}

/// <summary><c>"type": "integer"</c>: 64 bits. Takes numeric strings, booleans and floats without a fraction.</summary>
sealed class IntegerNode(NumberLimits limits) : SchemaNode
{
    public override string Label => "int";

    public override void Check(JsonElement value, ValueLocation at, List<ValidationDetail> errors)
    {
        if (Read(value, out var error) is { } number)
        {
            limits.Check(number, value, at, errors);
            return;
        }

        errors.Add(at.Error(
            error,
            error switch
            {
                "int_parsing" => "Input should be a valid integer, unable to parse string as an integer",
                "int_from_float" => "Input should be a valid integer, got a number with a fractional part",
                "int_parsing_size" => "Unable to parse input string as an integer, exceeded maximum size",
                _ => "Input should be a valid integer",
            },
            value));
    }

    public override void Write(JsonElement value, Utf8JsonWriter writer) =>
        writer.WriteNumberValue(Read(value, out _)!.Value);

    public override bool FitsExactly(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _) && base.FitsExactly(value);

    static long? Read(JsonElement value, out string error)
    {
        error = "int_type";
        switch (value.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                return value.GetBoolean() ? 1 : 0;
            case JsonValueKind.Number:
                if (value.TryGetInt64(out var whole))
                {
                    return whole;
                }

                var number = value.GetDouble();
                error = double.IsInteger(number) || !double.IsFinite(number) ? "int_parsing_size" : "int_from_float";

                // 2^63 is the first double that does not fit; the cast below would wrap around.
                return error is "int_parsing_size" && number is >= long.MinValue and < 9223372036854775808d
                    ? (long)number
                    : null;
            case JsonValueKind.String:
                return ReadText(value.GetString()!, out error);
            default:
                return null;
        }
    }

    static long? ReadText(string text, out string error)
    {
        error = "int_parsing";
        var digits = text.AsSpan().Trim();

        // Python writes 1_000 and pydantic takes 12.0.
        if (digits.IndexOf('.') is > 0 and var point && !digits[(point + 1)..].ContainsAnyExcept('0'))
        {
            digits = digits[..point];
        }

        var plain = NumberText.WithoutUnderscores(digits);
        if (long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        if (plain.TrimStart("+-").Length > 18 && !plain.TrimStart("+-").ContainsAnyExceptInRange('0', '9'))
        {
            error = "int_parsing_size";
        }

        return null;
    }
}

/// <summary><c>"type": "number"</c>: finite doubles. Takes numeric strings and booleans.</summary>
sealed class FloatNode(NumberLimits limits) : SchemaNode
{
    public override string Label => "float";

    public override void Check(JsonElement value, ValueLocation at, List<ValidationDetail> errors)
    {
        if (Read(value) is not { } number)
        {
            errors.Add(value.ValueKind is JsonValueKind.String
                ? at.Error("float_parsing", "Input should be a valid number, unable to parse string as a number", value)
                : at.Error("float_type", "Input should be a valid number", value));
        }
        else if (!double.IsFinite(number))
        {
            // Not pydantic's default, which lets NaN through; JSON cannot carry it any further.
            errors.Add(at.Error("finite_number", "Input should be a finite number", value));
        }
        else
        {
            limits.Check(number, value, at, errors);
        }
    }

    public override void Write(JsonElement value, Utf8JsonWriter writer)
    {
        if (value.ValueKind is JsonValueKind.Number)
        {
            value.WriteTo(writer);
        }
        else
        {
            writer.WriteNumberValue(Read(value)!.Value);
        }
    }

    public override bool FitsExactly(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number && base.FitsExactly(value);

    static double? Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => double.TryParse(
            NumberText.WithoutUnderscores(value.GetString().AsSpan().Trim()),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out var number) ? number : null,
        _ => null,
    };
}

static class NumberText
{
    /// <summary>
    /// Underscores between two digits are Python's thousands marks; anywhere else they stay, and fail.
    /// </summary>
    public static ReadOnlySpan<char> WithoutUnderscores(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '_'
                && (i == 0 || i == text.Length - 1
                    || !char.IsAsciiDigit(text[i - 1]) || !char.IsAsciiDigit(text[i + 1])))
            {
                return text;
            }
        }

        return text.Contains('_') ? text.ToString().Replace("_", "", StringComparison.Ordinal) : text;
    }
}

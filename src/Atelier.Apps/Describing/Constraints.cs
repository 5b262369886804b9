using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Atelier.Apps.Describing;

/// <summary>DataAnnotations as schema keywords.</summary>
static class Constraints
{
    public static void Apply(PropertyInfo property, Type type, JsonObject schema)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            SetBound(schema, range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum", range.Minimum, type);
            SetBound(schema, range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum", range.Maximum, type);
        }

        if (property.GetCustomAttribute<StringLengthAttribute>() is { } length)
        {
            SetLength(schema, "minLength", length.MinimumLength);
            SetLength(schema, "maxLength", length.MaximumLength);
        }

        var isText = type == typeof(string);
        if (property.GetCustomAttribute<MinLengthAttribute>() is { } min)
        {
            SetLength(schema, isText ? "minLength" : "minItems", min.Length);
        }

        if (property.GetCustomAttribute<MaxLengthAttribute>() is { } max)
        {
            SetLength(schema, isText ? "maxLength" : "maxItems", max.Length);
        }
    }

    static void SetBound(JsonObject schema, string keyword, object bound, Type type)
    {
        var number = Convert.ToDouble(bound, CultureInfo.InvariantCulture);

        // The ends of the type and infinity are how [Range] says "no bound on this side".
        if (!double.IsFinite(number) || Math.Abs(number) == double.MaxValue || number is int.MaxValue or int.MinValue)
        {
            return;
        }

        schema[keyword] = type == typeof(int) || type == typeof(long) || double.IsInteger(number)
            ? JsonValue.Create((long)number)
            : JsonValue.Create(number);
    }

    static void SetLength(JsonObject schema, string keyword, int length)
    {
        if (length > 0)
        {
            schema[keyword] = length;
        }
    }
}

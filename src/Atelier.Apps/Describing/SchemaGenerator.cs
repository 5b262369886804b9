using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Atelier.Protocol.Realtime;

namespace Atelier.Apps.Describing;

/// <summary>
/// JSON schemas of input and output records, as pydantic and FastAPI would write them, with fal's additions:
/// <c>x-fal-order-properties</c>, and <c>ui</c> hints on fields that take a file's address.
/// </summary>
/// <remarks>
/// The one place that reads an author's types by reflection: defaults are what the record's own initialisers give, so
/// that they are written once, in the code. A field is required when it is <c>required</c>, or a constructor parameter
/// without a default. Nested records are written inline; a schema stands by itself.
/// </remarks>
static class SchemaGenerator
{
    const int MaxDepth = 16;

    static readonly NullabilityInfoContext Nullability = new();

    /// <exception cref="AppDefinitionException">A field has a type or a default that has no schema.</exception>
    public static JsonObject Generate(Type type, bool isInput)
    {
        if (type == typeof(RealtimeMessage))
        {
            return new() { ["type"] = "object", ["additionalProperties"] = true };
        }

        // The context is not safe for use from several threads.
        lock (Nullability)
        {
            return Model(type, isInput, depth: 0);
        }
    }

    /// <summary><c>ImageUrl</c> and <c>image_url</c> as people read it: <c>Image Url</c>.</summary>
    public static string Title(string name) => string.Join(' ', JsonNamingPolicy.SnakeCaseLower.ConvertName(name)
        .Split('_', StringSplitOptions.RemoveEmptyEntries)
        .Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    static JsonObject Model(Type type, bool isInput, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new AppDefinitionException(
                $"{type.Name} is nested deeper than {MaxDepth} levels, or contains itself.");
        }

        if (type.IsInterface || type.IsAbstract || type.IsPrimitive || type == typeof(string))
        {
            throw new AppDefinitionException($"{type.Name} is not a record or class with properties.");
        }

        RecordFields fields = new(type);
        JsonObject properties = [];
        JsonArray required = [];
        foreach (var property in fields.Properties)
        {
            var name = Name(property);
            var isNullable = Nullability.Create(property).ReadState is NullabilityState.Nullable;
            var schema = Field(type, property, name, isNullable, isInput, depth);
            var initial = fields.Initial(property);
            if (isInput ? fields.IsRequired(property) : !isNullable)
            {
                required.Add(name);
            }
            else if (initial is not null)
            {
                schema["default"] = JsonSerializer.SerializeToNode(initial, property.PropertyType, AppJson.Options);
            }
            else if (!isNullable && isInput && property.PropertyType != typeof(JsonElement))
            {
                throw new AppDefinitionException(
                    $"{type.Name}.{property.Name} is neither required nor nullable and has no default.");
            }

            properties[name] = schema;
        }

        JsonObject model = new() { ["type"] = "object", ["title"] = type.Name };
        AddDescription(model, type);
        model["properties"] = properties;
        if (required.Count > 0)
        {
            model["required"] = required;
        }

        model["x-fal-order-properties"] = new JsonArray(
            [.. properties.Select(property => JsonValue.Create(property.Key))]);
        return model;
    }

    static JsonObject Field(Type owner, PropertyInfo property, string name, bool isNullable, bool isInput, int depth)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var shape = Shape(owner, property, type, isInput, depth);
        Constraints.Apply(property, type, shape);
        JsonObject schema = [];
        if (isNullable && shape.Count > 0)
        {
            schema["anyOf"] = new JsonArray(shape, new JsonObject { ["type"] = "null" });
        }
        else
        {
            schema = shape;
        }

        // A nested record keeps its own name.
        schema.TryAdd("title", Title(name));
        AddDescription(schema, property);
        if (isInput && FileHint(name) is { } hint && (type == typeof(string) || ItemType(type) == typeof(string)))
        {
            schema["ui"] = new JsonObject { ["field"] = hint };
        }

        return schema;
    }

    static JsonObject Shape(Type owner, PropertyInfo property, Type type, bool isInput, int depth)
    {
        if (type == typeof(string))
        {
            return property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed
                ? Enumeration(allowed.Values.OfType<string>())
                : new() { ["type"] = "string" };
        }

        if (type == typeof(byte[]))
        {
            return new() { ["type"] = "string", ["format"] = "binary" };
        }

        if (type.IsEnum)
        {
            return Enumeration(Enum.GetValues(type).Cast<object>()
                .Select(value => JsonSerializer.SerializeToElement(value, type, AppJson.Options).GetString()!));
        }

        if (type == typeof(bool))
        {
            return new() { ["type"] = "boolean" };
        }

        if (type == typeof(int) || type == typeof(long))
        {
            return new() { ["type"] = "integer" };
        }

        if (type == typeof(double) || type == typeof(float))
        {
            return new() { ["type"] = "number" };
        }

        if (type == typeof(JsonElement) || type == typeof(JsonNode))
        {
            return [];
        }

        if (type == typeof(JsonObject))
        {
            return new() { ["type"] = "object", ["additionalProperties"] = true };
        }

        if (ItemType(type) is { } item)
        {
            return new() { ["type"] = "array", ["items"] = Shape(owner, property, item, isInput, depth) };
        }

        return type.IsClass && !type.Namespace!.StartsWith("System", StringComparison.Ordinal)
            ? Model(type, isInput, depth + 1)
            : throw new AppDefinitionException($"{owner.Name}.{property.Name}: {type.Name} has no JSON schema.");
    }

    static JsonObject Enumeration(IEnumerable<string> values) => new()
    {
        ["type"] = "string",
        ["enum"] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]),
    };

    static Type? ItemType(Type type) => type.IsArray
        ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() is var open
            && (open == typeof(IReadOnlyList<>) || open == typeof(List<>) || open == typeof(IList<>))
            ? type.GenericTypeArguments[0]
            : null;

    static string Name(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
        ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    static void AddDescription(JsonObject schema, MemberInfo member)
    {
        if (member.GetCustomAttribute<DescriptionAttribute>() is { } description)
        {
            schema["description"] = description.Description;
        }
    }

    static string? FileHint(string name)
    {
        var stem = name.EndsWith("_urls", StringComparison.Ordinal) ? name[..^5]
            : name.EndsWith("_url", StringComparison.Ordinal) ? name[..^4]
            : null;
        return stem switch
        {
            null => null,
            _ when stem.EndsWith("image", StringComparison.Ordinal) => "image",
            _ when stem.EndsWith("mask", StringComparison.Ordinal) => "image",
            _ when stem.EndsWith("video", StringComparison.Ordinal) => "video",
            _ when stem.EndsWith("audio", StringComparison.Ordinal) => "audio",
            _ => "file",
        };
    }
}

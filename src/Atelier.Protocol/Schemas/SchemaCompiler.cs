using System.Text.Json;

namespace Atelier.Protocol.Schemas;

/// <summary>
/// Turns a JSON schema into nodes. Keywords outside the subset are hints for people and are passed over.
/// </summary>
sealed class SchemaCompiler(JsonElement root)
{
    /// <exception cref="ArgumentException">
    /// Deeper than <see cref="InputValidator.MaxDepth"/>, or a reference leads nowhere.
    /// </exception>
    public SchemaNode Compile(JsonElement schema, int depth = 0)
    {
        if (depth > InputValidator.MaxDepth)
        {
            throw new ArgumentException($"The schema is deeper than {InputValidator.MaxDepth} levels.");
        }

        var node = schema.ValueKind is JsonValueKind.Object ? Shape(schema, depth) : new AnyNode();
        if (schema.ValueKind is JsonValueKind.Object)
        {
            if (schema.TryGetProperty("nullable", out var nullable) && nullable.ValueKind is JsonValueKind.True)
            {
                node = new NullableNode(node);
            }

            if (schema.TryGetProperty("default", out var fallback))
            {
                node.Default = fallback;
            }
        }

        return node;
    }

    SchemaNode Shape(JsonElement schema, int depth)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Compile(Resolve(reference.GetString()!), depth + 1);
        }

        if (schema.TryGetProperty("allOf", out var all) && all.GetArrayLength() == 1)
        {
            return Compile(all[0], depth + 1);
        }

        if (schema.TryGetProperty("anyOf", out var members) || schema.TryGetProperty("oneOf", out members))
        {
            return Union(members, depth);
        }

        if (schema.TryGetProperty("enum", out var values))
        {
            return new LiteralNode([.. values.EnumerateArray()]);
        }

        if (schema.TryGetProperty("const", out var value))
        {
            return new LiteralNode([value]);
        }

        return Text(schema, "type") switch
        {
            "string" => new StringNode(Whole(schema, "minLength"), Whole(schema, "maxLength")),
            "integer" => new IntegerNode(Limits(schema)),
            "number" => new FloatNode(Limits(schema)),
            "boolean" => new BooleanNode(),
            "null" => new NullNode(),
            "array" => new ArrayNode(
                schema.TryGetProperty("items", out var items) ? Compile(items, depth + 1) : new AnyNode(),
                Whole(schema, "minItems"),
                Whole(schema, "maxItems")),
            "object" => Object(schema, depth),
            _ => new AnyNode(),
        };
    }

    SchemaNode Union(JsonElement members, int depth)
    {
        var nodes = members.EnumerateArray().Select(member => Compile(member, depth + 1)).ToList();
        var nullable = nodes.RemoveAll(node => node is NullNode) > 0;
        var node = nodes.Count switch
        {
            0 => new NullNode(),
            1 => nodes[0],
            _ => new UnionNode(nodes),
        };
        return nullable && nodes.Count > 0 ? new NullableNode(node) : node;
    }

    SchemaNode Object(JsonElement schema, int depth)
    {
        if (!schema.TryGetProperty("properties", out var properties))
        {
            return new DictionaryNode(schema.TryGetProperty("additionalProperties", out var values)
                ? Compile(values, depth + 1)
                : new AnyNode());
        }

        HashSet<string> required = schema.TryGetProperty("required", out var names)
            ? [.. names.EnumerateArray().Select(name => name.GetString()!)]
            : [];
        return new ModelNode(
            Text(schema, "title"),
            [.. properties.EnumerateObject().Select(property => new ModelProperty(
                property.Name, Compile(property.Value, depth + 1), required.Contains(property.Name)))]);
    }

    JsonElement Resolve(string reference)
    {
        var at = root;
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            throw new ArgumentException($"The reference {reference} is not within the schema.");
        }

        foreach (var part in reference[2..].Split('/'))
        {
            if (at.ValueKind is not JsonValueKind.Object || !at.TryGetProperty(part, out at))
            {
                throw new ArgumentException($"The reference {reference} leads nowhere.");
            }
        }

        return at;
    }

    static NumberLimits Limits(JsonElement schema) => new(
        Number(schema, "minimum"),
        Number(schema, "exclusiveMinimum"),
        Number(schema, "maximum"),
        Number(schema, "exclusiveMaximum"),
        Number(schema, "multipleOf"));

    static JsonElement? Number(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number ? value : null;

    static int? Whole(JsonElement schema, string name) => Number(schema, name)?.GetInt32();

    static string? Text(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}

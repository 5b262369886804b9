using System.Text.Json;
using Atelier.Protocol;

namespace Atelier.Cli.Generate;

/// <summary>A model's input as its OpenAPI document describes it: just enough to fill flags into fields.</summary>
sealed class ModelSchema
{
    const int MaxDepth = 8;

    readonly JsonElement _document;

    ModelSchema(JsonElement document, JsonElement input)
    {
        (_document, Input) = (document, input);
        HashSet<string> required = Walk(input, "required") is { ValueKind: JsonValueKind.Array } names
            ? [.. names.EnumerateArray().Select(name => name.ToString())]
            : [];
        Fields = Properties(input).ToDictionary(
            property => property.Name, property => Field(property, required.Contains(property.Name)));
    }

    /// <summary>The schema of the input.</summary>
    public JsonElement Input { get; }

    /// <summary>Its fields by name, in the schema's order.</summary>
    public IReadOnlyDictionary<string, SchemaField> Fields { get; }

    /// <summary>Finds the input's schema; null when the document has none.</summary>
    public static ModelSchema? Read(JsonElement document, EndpointId endpoint) =>
        (OfPath(document, endpoint) ?? OfName(document)) is { } input ? new(document, input) : null;

    static JsonElement? OfPath(JsonElement document, EndpointId endpoint) =>
        Walk(
            document, "paths", $"/{endpoint}", "post", "requestBody", "content", "application/json", "schema")
            is { } found
                ? Follow(document, found)
                : null;

    // Documents of other makers may spell their paths otherwise; by convention the name ends in Input.
    static JsonElement? OfName(JsonElement document) =>
        Walk(document, "components", "schemas") is { ValueKind: JsonValueKind.Object } schemas
            ? schemas.EnumerateObject()
                .Where(schema => schema.Name.EndsWith("Input", StringComparison.OrdinalIgnoreCase)
                    || schema.Name.EndsWith("Request", StringComparison.OrdinalIgnoreCase))
                .Select(schema => (JsonElement?)schema.Value)
                .FirstOrDefault()
            : null;

    static JsonElement Follow(JsonElement document, JsonElement schema)
    {
        for (var depth = 0; depth < MaxDepth && schema.ValueKind is JsonValueKind.Object; depth++)
        {
            if (!schema.TryGetProperty("$ref", out var reference)
                || reference.GetString() is not { } path || !path.StartsWith("#/", StringComparison.Ordinal)
                || Walk(document, path[2..].Split('/')) is not { } target)
            {
                break;
            }

            schema = target;
        }

        return schema;
    }

    static JsonElement? Walk(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind is not JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element;
    }

    static JsonElement.ObjectEnumerator Properties(JsonElement schema) =>
        Walk(schema, "properties") is { ValueKind: JsonValueKind.Object } properties
            ? properties.EnumerateObject()
            : default;

    SchemaField Field(JsonProperty property, bool isRequired)
    {
        HashSet<string> types = [];
        List<string> choices = [];
        Collect(property.Value, types, choices, 0);
        var description = Walk(property.Value, "description") is { ValueKind: JsonValueKind.String } text
            ? text.GetString()
            : null;
        return new(property.Name, types, choices, isRequired, description);
    }

    void Collect(JsonElement schema, HashSet<string> types, List<string> choices, int depth)
    {
        schema = Follow(_document, schema);
        if (depth > MaxDepth || schema.ValueKind is not JsonValueKind.Object)
        {
            return;
        }

        if (Walk(schema, "type") is { } type)
        {
            types.UnionWith(type.ValueKind is JsonValueKind.Array
                ? type.EnumerateArray().Select(one => one.ToString())
                : [type.ToString()]);
        }

        if (Walk(schema, "enum") is { ValueKind: JsonValueKind.Array } words)
        {
            choices.AddRange(words.EnumerateArray().Select(word => word.ToString()));
        }

        foreach (var union in (ReadOnlySpan<string>)["anyOf", "oneOf", "allOf"])
        {
            if (Walk(schema, union) is { ValueKind: JsonValueKind.Array } parts)
            {
                foreach (var part in parts.EnumerateArray())
                {
                    Collect(part, types, choices, depth + 1);
                }
            }
        }
    }
}

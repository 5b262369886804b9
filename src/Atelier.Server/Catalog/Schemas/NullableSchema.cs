using System.Text.Json.Nodes;

namespace Atelier.Server.Catalog;

/// <summary>JSON schemas say "or null" as a type of its own; OpenAPI 3.0 knows no such type and says <c>nullable</c>.</summary>
static class NullableSchema
{
    /// <summary>Rewrites a schema and all within it, in place.</summary>
    public static void Rewrite(JsonNode? schema)
    {
        if (schema is JsonArray list)
        {
            foreach (var item in list)
            {
                Rewrite(item);
            }
        }
        else if (schema is JsonObject node)
        {
            RewriteUnion(node, "anyOf");
            RewriteUnion(node, "oneOf");
            foreach (var (name, value) in node.ToList())
            {
                // Values of the model's fields, not schemas.
                if (name is not ("default" or "enum" or "example" or "const"))
                {
                    Rewrite(value);
                }
            }
        }
    }

    static void RewriteUnion(JsonObject node, string union)
    {
        if (node[union] is not JsonArray members || members.FirstOrDefault(IsNull) is not { } none)
        {
            return;
        }

        members.Remove(none);
        if (members is [JsonObject only] && !only.ContainsKey("$ref"))
        {
            Merge(node, union, only);
        }

        node["nullable"] = true;
    }

    // The one member takes the union's place; what the union says of itself (title, description) stays.
    static void Merge(JsonObject node, string union, JsonObject only)
    {
        var at = node.IndexOf(union);
        node.RemoveAt(at);
        foreach (var (name, value) in only.ToList())
        {
            only.Remove(name);
            if (!node.ContainsKey(name))
            {
                node.Insert(at++, name, value);
            }
        }
    }

    static bool IsNull(JsonNode? member) =>
        member is JsonObject one && one["type"] is JsonValue type && type.TryGetValue(out string? name) && name is "null";
}

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Atelier.Protocol.Schemas;

/// <summary>
/// Checks an input against its endpoint's JSON schema as pydantic v2 would in its default, lax mode: same error types,
/// same sentences, same coercions. Gateway and runner use the same one, so they cannot disagree.
/// </summary>
/// <remarks>
/// The subset: <c>type, properties, required, items, enum, const, anyOf, oneOf</c>, a single <c>allOf</c>, local
/// <c>$ref</c>, <c>default, nullable, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength,
/// maxLength, minItems, maxItems, additionalProperties</c>. Immutable: compile once, use from any thread.
/// </remarks>
public sealed class InputValidator
{
    /// <summary>Levels of nesting that a schema or an input may have.</summary>
    public const int MaxDepth = 64;

    static readonly JsonDocumentOptions Parsing = new() { MaxDepth = MaxDepth };

    readonly SchemaNode _root;

    InputValidator(SchemaNode root) => _root = root;

    /// <summary>Reads a schema once, for many inputs.</summary>
    /// <exception cref="ArgumentException">The schema is too deep, or a reference in it leads nowhere.</exception>
    public static InputValidator Compile(JsonObject schema)
    {
        using var document = JsonDocument.Parse(schema.ToJsonString());
        var root = document.RootElement.Clone();
        return new(new SchemaCompiler(root).Compile(root));
    }

    /// <summary>Checks one input against a schema that is used once.</summary>
    public static IReadOnlyList<ValidationDetail> Validate(JsonObject schema, JsonElement input) =>
        Compile(schema).Validate(input);

    /// <summary>Checks one input against a schema that is used once.</summary>
    public static IReadOnlyList<ValidationDetail> Validate(JsonObject schema, ReadOnlyMemory<byte> input) =>
        Compile(schema).Validate(input);

    /// <summary>What is wrong with the input; empty when nothing is.</summary>
    public IReadOnlyList<ValidationDetail> Validate(JsonElement input)
    {
        List<ValidationDetail> errors = [];
        _root.Check(input, ValueLocation.Body, errors);
        return errors;
    }

    /// <summary>
    /// As <see cref="Validate(JsonElement)"/>, from a body: none at all is <c>missing</c>, no JSON <c>json_invalid</c>.
    /// </summary>
    public IReadOnlyList<ValidationDetail> Validate(ReadOnlyMemory<byte> input)
    {
        var parsed = Parse(input, out var error);
        if (parsed is null)
        {
            return [error!];
        }

        using (parsed)
        {
            return Validate(parsed.RootElement);
        }
    }

    /// <summary>
    /// Checks the input and, when it fits, answers it as the app will read it: coerced, with defaults, without
    /// unknown fields.
    /// </summary>
    /// <param name="coerced">UTF-8 JSON; empty when there are errors.</param>
    public IReadOnlyList<ValidationDetail> Coerce(JsonElement input, out ReadOnlyMemory<byte> coerced)
    {
        coerced = default;
        var errors = Validate(input);
        if (errors.Count == 0)
        {
            ArrayBufferWriter<byte> buffer = new(256);
            using (Utf8JsonWriter writer = new(buffer))
            {
                _root.Write(input, writer);
            }

            coerced = buffer.WrittenMemory;
        }

        return errors;
    }

    /// <summary>Reads a body as JSON; null with one error when it is none.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> body, out ValidationDetail? error)
    {
        error = null;
        if (body.IsEmpty)
        {
            error = new(WireErrors.Loc(), "Field required", "missing");
            return null;
        }

        try
        {
            if (Utf8.IsValid(body.Span))
            {
                var document = JsonDocument.Parse(body, Parsing);
                if (SurrogatePairs.AreWhole(body.Span, MaxDepth))
                {
                    return document;
                }

                document.Dispose();
            }
        }
        catch (JsonException)
        {
            // Told below.
        }

        error = new(WireErrors.Loc(), "JSON decode error", "json_invalid");
        return null;
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Cli.Generate;

/// <summary>Makes a model's input of flags, files and the model's schema.</summary>
/// <param name="schema">The model's input; null where the server has no schema for it.</param>
/// <param name="strict">A flag whose field the model lacks is an error, instead of being sent all the same.</param>
/// <param name="upload">Turns a local path into an address.</param>
sealed class InputBuilder(ModelSchema? schema, bool strict, Func<string, CancellationToken, Task<string>> upload)
{
    const string SizeField = "image_size";

    public async Task<byte[]> BuildAsync(
        InputFlags flags, ParseResult parsed, TextReader stdin, CancellationToken cancellationToken)
    {
        var input = await ReadInputAsync(parsed.GetValue(flags.Input), stdin, cancellationToken);
        Merge(input, Parse(parsed.GetValue(flags.ExtraJson) ?? "{}", "--extra-json"));

        AddSides(input, parsed.GetValue(flags.Width), parsed.GetValue(flags.Height));
        // Files last: a wrong flag is told before anything is uploaded.
        foreach (var given in Given(flags, parsed).OrderBy(given => given.Flag.Kind is FlagKind.Media))
        {
            input[given.Name] = await ValueAsync(given.Flag, given.Field, given.Values, cancellationToken);
        }

        AddDefaults(input, flags);
        return Encoding.UTF8.GetBytes(input.ToJsonString());
    }

    List<(FieldFlag Flag, string Name, SchemaField? Field, string[] Values)> Given(
        InputFlags flags, ParseResult parsed)
    {
        HashSet<string> filled = [];
        List<(FieldFlag, string, SchemaField?, string[])> given = [];
        foreach (var flag in flags.Fields)
        {
            if (parsed.GetValue(flag.Option) is not { Length: > 0 } values)
            {
                continue;
            }

            var (name, field) = FieldOf(flag.Option.Name, flag.Fields);
            if (!filled.Add(name))
            {
                throw Usage($"{flag.Option.Name}: another flag fills {name} already.");
            }

            given.Add((flag, name, field, values));
        }

        return given;
    }

    static async Task<JsonObject> ReadInputAsync(string? path, TextReader stdin, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            return [];
        }

        if (path is "-")
        {
            return Parse(await stdin.ReadToEndAsync(cancellationToken), "stdin");
        }

        return File.Exists(path)
            ? Parse(await File.ReadAllTextAsync(path, cancellationToken), path)
            : throw Usage($"--input {path}: no such file.");
    }

    static JsonObject Parse(string text, string source)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw Usage($"{source}: not a JSON object.");
        }
        catch (JsonException fault)
        {
            throw Usage($"{source}: not JSON ({fault.Message.Split('.')[0]}).");
        }
    }

    static void Merge(JsonObject input, JsonObject extra)
    {
        foreach (var (name, value) in extra)
        {
            input[name] = value?.DeepClone();
        }
    }

    (string Name, SchemaField? Field) FieldOf(string flag, IReadOnlyList<string> names)
    {
        if (schema is null)
        {
            return (names[0], null);
        }

        foreach (var name in names)
        {
            if (schema.Fields.TryGetValue(name, out var field))
            {
                return (name, field);
            }
        }

        return strict
            ? throw Usage(
                $"{flag}: this model has no field {string.Join(" or ", names)}.",
                $"Its fields: {string.Join(", ", schema.Fields.Keys)}")
            : (names[0], null);
    }

    async Task<JsonNode> ValueAsync(
        FieldFlag flag, SchemaField? field, string[] values, CancellationToken cancellationToken)
    {
        var isList = field?.IsList ?? flag.Fields[0].EndsWith('s') || values.Length > 1 && flag.Kind is FlagKind.Media;
        if (!isList && values.Length > 1)
        {
            throw Usage($"{flag.Option.Name}: given {values.Length} times, but this model takes one.");
        }

        if (flag.Kind is FlagKind.Media && values.FirstOrDefault(value => !IsAddress(value) && !File.Exists(value))
            is { } missing)
        {
            throw Usage($"{flag.Option.Name} {missing}: no such file, and no http(s) address.");
        }

        List<JsonNode> nodes = [];
        foreach (var value in values)
        {
            nodes.Add(flag.Kind switch
            {
                FlagKind.Media => JsonValue.Create(
                    IsAddress(value) ? value : await upload(value, cancellationToken)),
                FlagKind.Size => JsonValue.Create(SizeName(value, field)),
                _ => Scalar(flag, field, value),
            });
        }

        return isList ? new JsonArray([.. nodes]) : nodes[0];
    }

    static bool IsAddress(string value) =>
        value.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    // The short names of the command line; every other name is the model's own.
    static string SizeName(string value, SchemaField? field) => field?.Choices.Contains(value) is true
        ? value
        : value switch { "portrait" => "portrait_4_3", "landscape" => "landscape_4_3", _ => value };

    static JsonValue Scalar(FieldFlag flag, SchemaField? field, string text)
    {
        var wantsNumber = field is { Types.Count: > 0 } ? field.IsNumber : flag.Kind is FlagKind.Number;
        if (!wantsNumber)
        {
            return JsonValue.Create(text);
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return JsonValue.Create(whole);
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
                ? JsonValue.Create(number)
                : field?.Types.Contains("string") is true
                    ? JsonValue.Create(text)
                    : throw Usage($"{flag.Option.Name} {text}: not a number.");
    }

    void AddSides(JsonObject input, int? width, int? height)
    {
        if (width is null && height is null)
        {
            return;
        }

        if (schema is null || schema.Fields.ContainsKey("width") || schema.Fields.ContainsKey("height"))
        {
            Set("--width", "width", width);
            Set("--height", "height", height);
            return;
        }

        var (name, _) = FieldOf("--width", [SizeField]);
        input[name] = width is { } w && height is { } h
            ? new JsonObject { ["width"] = w, ["height"] = h }
            : throw Usage("--width and --height go together for this model.");

        void Set(string flag, string field, int? value)
        {
            if (value is { } pixels)
            {
                input[FieldOf(flag, [field]).Name] = pixels;
            }
        }
    }

    void AddDefaults(JsonObject input, InputFlags flags)
    {
        foreach (var flag in flags.Fields)
        {
            if (flag.Default is not { } text || schema is null
                || !schema.Fields.TryGetValue(flag.Fields[0], out var field) || input.ContainsKey(field.Name)
                || (field.Choices.Count > 0 && !field.Choices.Contains(text)))
            {
                continue;
            }

            input[field.Name] = Scalar(flag, field, text);
        }
    }

    static CliException Usage(string message, params IReadOnlyList<string> hints) =>
        new(ExitCode.Usage, message, hints);
}

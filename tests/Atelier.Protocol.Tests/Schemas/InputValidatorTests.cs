using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol;
using Atelier.Protocol.Schemas;

namespace Atelier.Tests.Protocol.Schemas;

/// <summary>Types, sentences and coercions are pydantic v2's (pydantic-core's <c>ErrorType</c>), in its lax mode.</summary>
public sealed class InputValidatorTests
{
    const string Int = """{"type":"integer"}""";
    const string Float = """{"type":"number"}""";
    const string Bool = """{"type":"boolean"}""";
    const string Text = """{"type":"string"}""";
    const string Formats = """{"enum":["png","jpeg"],"type":"string"}""";

    [Theory]
    [InlineData(Int, "1.5", "int_from_float", "Input should be a valid integer, got a number with a fractional part")]
    [InlineData(Int, "\"x\"", "int_parsing", "Input should be a valid integer, unable to parse string as an integer")]
    [InlineData(Int, "\"1.5\"", "int_parsing", "Input should be a valid integer, unable to parse string as an integer")]
    [InlineData(Int, "\"1e3\"", "int_parsing", "Input should be a valid integer, unable to parse string as an integer")]
    [InlineData(Int, "\"_1\"", "int_parsing", "Input should be a valid integer, unable to parse string as an integer")]
    [InlineData(Int, "\"\"", "int_parsing", "Input should be a valid integer, unable to parse string as an integer")]
    [InlineData(Int, "null", "int_type", "Input should be a valid integer")]
    [InlineData(Int, "[1]", "int_type", "Input should be a valid integer")]
    [InlineData(Int, "\"99999999999999999999\"", "int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size")]
    [InlineData(Int, "99999999999999999999", "int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size")]
    [InlineData(Float, "\"x\"", "float_parsing", "Input should be a valid number, unable to parse string as a number")]
    [InlineData(Float, "{}", "float_type", "Input should be a valid number")]
    [InlineData(Float, "null", "float_type", "Input should be a valid number")]
    [InlineData(Float, "1e999", "finite_number", "Input should be a finite number")]
    [InlineData(Bool, "2", "bool_parsing", "Input should be a valid boolean, unable to interpret input")]
    [InlineData(Bool, "\"maybe\"", "bool_parsing", "Input should be a valid boolean, unable to interpret input")]
    [InlineData(Bool, "0.5", "bool_type", "Input should be a valid boolean")]
    [InlineData(Bool, "null", "bool_type", "Input should be a valid boolean")]
    [InlineData(Text, "1", "string_type", "Input should be a valid string")]
    [InlineData(Text, "null", "string_type", "Input should be a valid string")]
    [InlineData(Formats, "\"gif\"", "literal_error", "Input should be 'png' or 'jpeg'")]
    [InlineData(Formats, "\"PNG\"", "literal_error", "Input should be 'png' or 'jpeg'")]
    [InlineData("""{"enum":["a","b","c"]}""", "1", "literal_error", "Input should be 'a', 'b' or 'c'")]
    [InlineData("""{"const":4}""", "5", "literal_error", "Input should be 4")]
    [InlineData("""{"type":"array"}""", "{}", "list_type", "Input should be a valid list")]
    [InlineData("""{"type":"array"}""", "\"a\"", "list_type", "Input should be a valid list")]
    [InlineData("""{"type":"object","additionalProperties":true}""", "[]", "dict_type", "Input should be a valid dictionary")]
    [InlineData("""{"type":"object","properties":{}}""", "3", "model_attributes_type", "Input should be a valid dictionary or object to extract fields from")]
    [InlineData("""{"type":"null"}""", "3", "none_required", "Input should be None")]
    public void A_wrong_type_is_told_in_pydantics_words(string schema, string value, string type, string message)
    {
        var error = Assert.Single(Check(schema, value));
        Assert.Equal(type, error.Type);
        Assert.Equal(message, error.Msg);
        Assert.Equal("""["body","x"]""", Loc(error));
    }

    [Theory]
    [InlineData("""{"type":"integer","minimum":1}""", "0", "greater_than_equal", "Input should be greater than or equal to 1", """{"ge":1}""")]
    [InlineData("""{"type":"integer","maximum":8}""", "\"9\"", "less_than_equal", "Input should be less than or equal to 8", """{"le":8}""")]
    [InlineData("""{"type":"number","exclusiveMinimum":0}""", "0", "greater_than", "Input should be greater than 0", """{"gt":0}""")]
    [InlineData("""{"type":"number","exclusiveMaximum":0.5}""", "0.5", "less_than", "Input should be less than 0.5", """{"lt":0.5}""")]
    [InlineData("""{"type":"number","minimum":0.1,"maximum":5.0}""", "7", "less_than_equal", "Input should be less than or equal to 5", """{"le":5.0}""")]
    [InlineData("""{"type":"integer","multipleOf":8}""", "12", "multiple_of", "Input should be a multiple of 8", """{"multiple_of":8}""")]
    [InlineData("""{"type":"string","minLength":1}""", "\"\"", "string_too_short", "String should have at least 1 character", """{"min_length":1}""")]
    [InlineData("""{"type":"string","minLength":2}""", "\"😀\"", "string_too_short", "String should have at least 2 characters", """{"min_length":2}""")]
    [InlineData("""{"type":"string","maxLength":1}""", "\"ab\"", "string_too_long", "String should have at most 1 character", """{"max_length":1}""")]
    [InlineData("""{"type":"array","minItems":1}""", "[]", "too_short", "List should have at least 1 item after validation, not 0", """{"field_type":"List","min_length":1,"actual_length":0}""")]
    [InlineData("""{"type":"array","maxItems":2}""", "[1,2,3]", "too_long", "List should have at most 2 items after validation, not 3", """{"field_type":"List","max_length":2,"actual_length":3}""")]
    [InlineData(Formats, "\"gif\"", "literal_error", "Input should be 'png' or 'jpeg'", """{"expected":"'png' or 'jpeg'"}""")]
    public void A_broken_limit_is_named_with_its_value(string schema, string value, string type, string message, string context)
    {
        var error = Assert.Single(Check(schema, value));
        Assert.Equal(type, error.Type);
        Assert.Equal(message, error.Msg);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(context), error.Ctx!.Value), error.Ctx.ToString());
    }

    [Theory]
    [InlineData(Int, "\"12\"", "12")]
    [InlineData(Int, "\" -7 \"", "-7")]
    [InlineData(Int, "\"+7\"", "7")]
    [InlineData(Int, "\"1_000\"", "1000")]
    [InlineData(Int, "\"12.00\"", "12")]
    [InlineData(Int, "3.0", "3")]
    [InlineData(Int, "1e3", "1000")]
    [InlineData(Int, "true", "1")]
    [InlineData(Int, "9223372036854775807", "9223372036854775807")]
    [InlineData(Float, "\"1.5\"", "1.5")]
    [InlineData(Float, "\" 1e3 \"", "1000")]
    [InlineData(Float, "\".5\"", "0.5")]
    [InlineData(Float, "3", "3")]
    [InlineData(Float, "false", "0")]
    [InlineData(Bool, "\"Yes\"", "true")]
    [InlineData(Bool, "\"off\"", "false")]
    [InlineData(Bool, "\"1\"", "true")]
    [InlineData(Bool, "0", "false")]
    [InlineData(Bool, "1.0", "true")]
    [InlineData(Text, "\" a \"", "\" a \"")]
    [InlineData("""{"type":"string","maxLength":1}""", "\"😀\"", "\"😀\"")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"null"}]}""", "null", "null")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"null"}]}""", "\"4\"", "4")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"string"}]}""", "\"4\"", "\"4\"")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"boolean"}]}""", "true", "true")]
    [InlineData("""{"type":"array","items":{"type":"integer"}}""", "[\"1\",2.0]", "[1,2]")]
    [InlineData("{}", """{"a":[null,1.50]}""", """{"a":[null,1.50]}""")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"}}""", """{"a":"1"}""", """{"a":1}""")]
    public void A_lax_value_is_coerced(string schema, string value, string expected)
    {
        var errors = Compile(schema).Coerce(JsonElement.Parse($$"""{"x":{{value}}}"""), out var coerced);
        Assert.Empty(errors);
        Assert.True(
            JsonElement.DeepEquals(JsonElement.Parse($$"""{"x":{{expected}}}"""), JsonElement.Parse(coerced.Span)),
            Encoding.UTF8.GetString(coerced.Span));
    }

    [Fact]
    public void Absent_fields_get_their_defaults_and_unknown_ones_are_dropped()
    {
        var validator = InputValidator.Compile(Schema("""
            {"type":"object","required":["prompt"],"properties":{
              "prompt":{"type":"string"},
              "steps":{"type":"integer","default":4},
              "seed":{"anyOf":[{"type":"integer"},{"type":"null"}]},
              "size":{"type":"object","properties":{"width":{"type":"integer","default":512}},"default":{"width":512}}}}
            """));
        var errors = validator.Coerce(JsonElement.Parse("""{"zzz":1,"prompt":"a","size":{}}"""), out var coerced);
        Assert.Empty(errors);
        Assert.Equal("""{"prompt":"a","steps":4,"size":{"width":512}}""", Encoding.UTF8.GetString(coerced.Span));
    }

    [Fact]
    public void Every_error_is_told_with_its_place()
    {
        var errors = InputValidator.Validate(
            Schema("""
                {"type":"object","required":["prompt"],"properties":{
                  "prompt":{"type":"string"},
                  "boxes":{"type":"array","items":{"type":"object","title":"Box","required":["w"],"properties":{"w":{"type":"integer"}}}},
                  "size":{"anyOf":[{"type":"object","title":"ImageSize","properties":{"width":{"type":"integer"}}},{"enum":["square","wide"]}]}}}
                """),
            """{"boxes":[{"w":1},{},{"w":"x"}],"size":7}"""u8.ToArray());
        Assert.Equal(
            [
                """["body","prompt"] missing""",
                """["body","boxes",1,"w"] missing""",
                """["body","boxes",2,"w"] int_parsing""",
                """["body","size","ImageSize"] model_attributes_type""",
                """["body","size","literal['square','wide']"] literal_error""",
            ],
            errors.Select(error => $"{Loc(error)} {error.Type}"));
    }

    [Fact]
    public void A_union_prefers_the_member_that_needs_no_coercion() =>
        Assert.Empty(Check("""{"anyOf":[{"type":"object","properties":{"width":{"type":"integer"}}},{"enum":["square"]}]}""", "\"square\""));

    [Fact]
    public void References_and_single_allOf_are_followed()
    {
        var validator = InputValidator.Compile(Schema("""
            {"type":"object","properties":{"f":{"allOf":[{"$ref":"#/$defs/Format"}],"default":"png"}},"$defs":{"Format":{"enum":["png"]}}}
            """));
        Assert.Equal("literal_error", Assert.Single(validator.Validate("""{"f":"x"}"""u8.ToArray())).Type);
        validator.Coerce(JsonElement.Parse("{}"), out var coerced);
        Assert.Equal("""{"f":"png"}""", Encoding.UTF8.GetString(coerced.Span));
    }

    [Theory]
    [InlineData("""{"$ref":"#/nowhere"}""")]
    [InlineData("""{"$ref":"http://elsewhere/x"}""")]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/properties/a"}}}""")]
    public void A_reference_that_leads_nowhere_or_round_is_refused(string schema) =>
        Assert.Throws<ArgumentException>(() => InputValidator.Compile(Schema(schema)));

    [Theory]
    [InlineData("", "missing", "Field required")]
    [InlineData("{", "json_invalid", "JSON decode error")]
    [InlineData("{\"x\":\"\\ud800\"}", "json_invalid", "JSON decode error")]
    [InlineData("{\"\\uD800\":1}", "json_invalid", "JSON decode error")]
    [InlineData("[]", "model_attributes_type", "Input should be a valid dictionary or object to extract fields from")]
    [InlineData("null", "model_attributes_type", "Input should be a valid dictionary or object to extract fields from")]
    public void A_body_that_is_no_object_is_one_error(string body, string type, string message)
    {
        var error = Assert.Single(Compile(Text).Validate(Encoding.UTF8.GetBytes(body)));
        Assert.Equal((type, message, """["body"]"""), (error.Type, error.Msg, Loc(error)));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_no_json() =>
        Assert.Equal("json_invalid", Assert.Single(Compile(Text).Validate(new byte[] { (byte)'"', 0xff, (byte)'"' })).Type);

    [Fact]
    public void An_input_deeper_than_the_limit_is_refused()
    {
        static byte[] Nested(int depth) => Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));
        Assert.NotNull(InputValidator.Parse(Nested(InputValidator.MaxDepth), out _));
        Assert.Null(InputValidator.Parse(Nested(InputValidator.MaxDepth + 1), out _));
    }

    [Fact]
    public void Only_short_values_are_echoed()
    {
        Assert.Equal("\"x\"", Assert.Single(Check(Int, "\"x\"")).Input!.Value.GetRawText());
        Assert.Null(Assert.Single(Check(Int, $"\"{new string('x', 255)}\"")).Input);
    }

    static IReadOnlyList<ValidationDetail> Check(string schema, string value) =>
        Compile(schema).Validate(Encoding.UTF8.GetBytes($$"""{"x":{{value}}}"""));

    static InputValidator Compile(string schema) =>
        InputValidator.Compile(Schema("""{"type":"object","properties":{"x":""" + schema + "}}"));

    static JsonObject Schema(string text) => JsonNode.Parse(text)!.AsObject();

    static string Loc(ValidationDetail error) => $"[{string.Join(',', error.Loc.Select(part =>
        part.ValueKind is JsonValueKind.String ? $"\"{part.GetString()}\"" : part.GetRawText()))}]";
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.Schemas;
using Atelier.Server.Calls;

namespace Atelier.Tests.Fuzz.Targets;

/// <summary>Bodies: is it JSON at all, and does it fit a schema.</summary>
static class JsonTargets
{
    const string Schema = """
        {"type":"object","required":["prompt"],"properties":{
          "prompt":{"type":"string","minLength":1,"maxLength":40},
          "seed":{"anyOf":[{"type":"integer"},{"type":"null"}]},
          "steps":{"type":"integer","minimum":1,"maximum":50,"default":4},
          "scale":{"type":"number","exclusiveMinimum":0,"multipleOf":0.5},
          "flag":{"type":"boolean"},
          "size":{"anyOf":[{"$ref":"#/definitions/Size"},{"enum":["square","landscape"]}]},
          "loras":{"type":"array","maxItems":3,"items":{"type":"object","required":["path"],"properties":{"path":{"type":"string"},"scale":{"type":"number"}}}}},
         "definitions":{"Size":{"type":"object","properties":{"width":{"type":"integer"},"height":{"type":"integer"}}}}}
        """;

    static readonly InputValidator Validator = InputValidator.Compile(JsonNode.Parse(Schema)!.AsObject());

    static readonly byte[][] Seeds = FuzzTarget.Texts(
        "{}",
        """{"prompt":"a fox","seed":7,"steps":"12","scale":2.5,"flag":"yes","size":"square"}""",
        """{"prompt":"ü😀\ud83d\ude00","size":{"width":512,"height":"768"},"loras":[{"path":"x","scale":1e2},{"path":"y"}],"sync_mode":true}""",
        """[1,2.5,-0,1E+2,"",null,true,false,[[[[]]]],{"a":{"b":{"c":{}}}}]""");

    static readonly byte[][] Tokens = FuzzTarget.Texts(
        "\"prompt\":", "\"loras\":[", "\"size\":{", "\"sync_mode\":", "true", "null", "1e400", "-0.0", "[[[[[[[[", "{\"a\":", "\\u0000", "\\udc00");

    public static readonly FuzzTarget[] All = [new("json", Seeds, Tokens, Try)];

    static void Try(byte[] input)
    {
        var isJson = JsonInput.IsJson(input, out _);
        var errors = Validator.Validate(input);
        FuzzTarget.Rule(isJson || errors.Count > 0, "what is no JSON fits no schema");
        if (!isJson)
        {
            return;
        }

        using var document = JsonDocument.Parse(input, new() { MaxDepth = JsonInput.DepthMax });
        errors = Validator.Coerce(document.RootElement, out var coerced);
        if (errors.Count == 0)
        {
            using var read = JsonDocument.Parse(coerced);
            FuzzTarget.Rule(Validator.Validate(coerced).Count == 0, "what was coerced fits");
        }
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Protocol;

/// <summary>One entry of a 422's <c>detail</c> list, in pydantic v2's shape.</summary>
/// <param name="Loc">Where: <c>["body", "prompt"]</c>; list positions are numbers.</param>
/// <param name="Msg">Pydantic's sentence for this type.</param>
/// <param name="Type">Pydantic's or fal's type name: <c>missing</c>, <c>file_download_error</c>.</param>
public sealed record ValidationDetail(IReadOnlyList<JsonElement> Loc, string Msg, string Type)
{
    /// <summary>The value that was refused, shortened to nothing when it is long.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Input { get; init; }

    /// <summary>Limits that were broken: <c>{"ge": 1}</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Ctx { get; init; }

    /// <summary>Where the type is explained.</summary>
    public string Url => $"https://docs.fal.ai/errors/#{Type}";
}

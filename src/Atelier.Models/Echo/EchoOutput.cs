using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Atelier.Apps;

namespace Atelier.Models.Echo;

/// <summary>What an echo answers.</summary>
public sealed record EchoOutput
{
    [Description("The input as it came.")]
    public required JsonElement Echo { get; init; }

    [Description("The request's id.")]
    public required string RequestId { get; init; }

    [Description("Which attempt answered, from 1.")]
    public required int Attempt { get; init; }

    [Description("As many x as size_bytes asked for.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Padding { get; init; }

    [Description("The stored file.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FileOutput? File { get; init; }
}

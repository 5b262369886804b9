using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Atelier.Models.Echo;

/// <summary>What an echo obeys; everything else in the input is only echoed.</summary>
public sealed record EchoInput
{
    [Description("Lines to write to the request's log.")]
    [Range(0, 1000)]
    public int Logs { get; init; }

    [Description("Milliseconds to wait before answering.")]
    [Range(0, 600_000)]
    public int DelayMs { get; init; }

    [Description("Abort the process.")]
    public bool Crash { get; init; }

    [Description("Never answer.")]
    public bool Hang { get; init; }

    [Description("Fail with this status.")]
    public EchoFail? Fail { get; init; }

    [Description("A file to store and answer.")]
    public EchoFile? File { get; init; }

    [Description("Length of the padding in the answer.")]
    [Range(0, 16_777_216)]
    public int SizeBytes { get; init; }
}

/// <summary>A failure that is asked for.</summary>
public sealed record EchoFail
{
    [Description("The HTTP status.")]
    [Range(400, 599)]
    public required int Status { get; init; }

    [Description("The error's detail: any JSON.")]
    public JsonElement Detail { get; init; }

    [Description("How many attempts fail; all when absent.")]
    [Range(1, 9)]
    public int? Times { get; init; }
}

/// <summary>A file that is asked for.</summary>
public sealed record EchoFile
{
    [Description("The file's content.")]
    public required string Text { get; init; }

    [Description("The file's media type.")]
    public string ContentType { get; init; } = "text/plain";
}

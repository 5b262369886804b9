using System.ComponentModel.DataAnnotations;

namespace Atelier.WireApps;

/// <summary>What the recorded clients send: a prompt, and fields that no model here reads.</summary>
public sealed record PictureInput
{
    public string? Prompt { get; init; }

    /// <summary>Milliseconds of work.</summary>
    [Range(0, 600_000)]
    public int DelayMs { get; init; }
}

/// <summary>As <see cref="PictureInput"/>, where a missing prompt is the recorded 422.</summary>
public sealed record PromptInput
{
    public required string Prompt { get; init; }
}

using System.ComponentModel.DataAnnotations;
using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>Every way an app can fail that its caller sees.</summary>
[App("wire/broken")]
public sealed class Broken : App
{
    public override int MaxMultiplexing => 32;

    /// <summary>An exception that nobody foresaw: 500 without its text.</summary>
    [Endpoint("/throws")]
    public static Task<Picture> ThrowsAsync(PictureInput input, Call call, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("a secret of the app");

    /// <summary>A field that only the app can judge.</summary>
    [Endpoint("/field")]
    public static Task<Picture> FieldAsync(PictureInput input, Call call, CancellationToken cancellationToken) =>
        throw new FieldException("prompt", "The prompt is not allowed.", "content_policy_violation");

    /// <summary>An error of a given status and retry wish.</summary>
    [Endpoint("/status")]
    public static Task<Picture> StatusAsync(BrokenInput input, Call call, CancellationToken cancellationToken)
    {
        call.NeedsRetry = input.NeedsRetry;
        throw new AppException($"attempt {call.Attempt}", input.Status);
    }

    /// <summary>The process is gone in the middle of the request.</summary>
    [Endpoint("/dies")]
    public static Task<Picture> DiesAsync(PictureInput input, Call call, CancellationToken cancellationToken)
    {
        Environment.Exit(3);
        return Task.FromResult(Picture.Of(input.Prompt, call));
    }
}

/// <summary>Which failure is asked for.</summary>
public sealed record BrokenInput
{
    [Range(400, 599)]
    public int Status { get; init; } = 500;

    public bool? NeedsRetry { get; init; }
}

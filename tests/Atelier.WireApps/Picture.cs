using System.Text.Json;
using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>The answer of every recorded picture model.</summary>
/// <param name="Images">One picture; nothing is behind its URL.</param>
/// <param name="Timings">Seconds, as the recorded answers have them.</param>
/// <param name="Seed">Always 1.</param>
/// <param name="HasNsfwConcepts">One entry a picture.</param>
/// <param name="Prompt">The input's prompt, or nothing.</param>
/// <param name="Echo">The input as it came.</param>
public sealed record Picture(
    IReadOnlyList<ImageOutput> Images,
    PictureTimings Timings,
    int Seed,
    IReadOnlyList<bool> HasNsfwConcepts,
    string? Prompt,
    JsonElement Echo)
{
    /// <summary>A picture of the recorded shape.</summary>
    public static Picture Of(string? prompt, Call call) => new(
        [new("https://v3b.fal.media/files/b/00000000/x.png", "image/png", "x.png", 0, 512, 512)],
        new(0.42),
        1,
        [false],
        prompt,
        call.Input);
}

/// <summary>Seconds that parts of the work took.</summary>
public sealed record PictureTimings(double Inference);

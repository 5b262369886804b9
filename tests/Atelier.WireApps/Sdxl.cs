using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>A quick model with sub-paths, for sync runs.</summary>
[App("fal-ai/fast-sdxl")]
public sealed class Sdxl : App
{
    public override int MaxMultiplexing => 32;

    [Endpoint("/")]
    [Endpoint("/sub")]
    [Endpoint("/info")]
    public static Task<Picture> RunAsync(PictureInput input, Call call, CancellationToken cancellationToken)
    {
        call.BillableUnits = 1;
        return Task.FromResult(Picture.Of(input.Prompt, call));
    }
}

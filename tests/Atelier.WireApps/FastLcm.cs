using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>The recorded realtime model.</summary>
[App("fal-ai/fast-lcm-diffusion")]
public sealed class FastLcm : App
{
    public override int MaxMultiplexing => 32;

    [Realtime("/realtime")]
    public static Task<LiveOutput> AnswerAsync(LiveInput input, Call call, CancellationToken cancellationToken) =>
        Task.FromResult(LiveOutput.Of(input, call));
}

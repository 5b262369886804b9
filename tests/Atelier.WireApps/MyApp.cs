using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>A realtime app at paths of its own choice.</summary>
[App("fal-ai/myapp")]
public sealed class MyApp : App
{
    public override int MaxMultiplexing => 32;

    [Realtime("/realtime")]
    [Realtime("/custom-ws")]
    [Realtime("/ws")]
    public static Task<LiveOutput> AnswerAsync(LiveInput input, Call call, CancellationToken cancellationToken) =>
        Task.FromResult(LiveOutput.Of(input, call));
}

using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>The shortest id that a client was seen to connect to.</summary>
[App("fal-ai/x")]
public sealed class LiveX : App
{
    public override int MaxMultiplexing => 32;

    [Realtime("/realtime")]
    public static Task<LiveOutput> AnswerAsync(LiveInput input, Call call, CancellationToken cancellationToken) =>
        Task.FromResult(LiveOutput.Of(input, call));
}

using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>A model whose input lacks what it needs: the recorded 422.</summary>
[App("fal-ai/err422")]
public sealed class Invalid : App
{
    public override int MaxMultiplexing => 32;

    [Endpoint("/")]
    public static Task<Picture> RunAsync(PromptInput input, Call call, CancellationToken cancellationToken) =>
        Task.FromResult(Picture.Of(input.Prompt, call));
}

using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>Needs a pack that is nowhere.</summary>
[App("wire/packless", Packs = ["no-such-pack"])]
public sealed class Packless : App
{
    [Endpoint("/")]
    public static Task<Picture> RunAsync(PictureInput input, Call call, CancellationToken cancellationToken) =>
        Task.FromResult(Picture.Of(input.Prompt, call));
}

using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>Cannot start.</summary>
[App("wire/never")]
public sealed class Never : App
{
    public override Task SetupAsync(AppSetup setup, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("no weights for this one");

    [Endpoint("/")]
    public static Task<Picture> RunAsync(PictureInput input, Call call, CancellationToken cancellationToken) =>
        Task.FromResult(Picture.Of(input.Prompt, call));
}

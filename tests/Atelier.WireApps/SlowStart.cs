using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>Is never ready in time: a caller with a start timeout gets the recorded 504.</summary>
[App("fal-ai/err504user")]
public sealed class SlowStart(TimeProvider time) : App
{
    public SlowStart()
        : this(TimeProvider.System)
    {
    }

    public override Task SetupAsync(AppSetup setup, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMinutes(5), time, cancellationToken);

    [Endpoint("/")]
    public static Task<Picture> RunAsync(PictureInput input, Call call, CancellationToken cancellationToken) =>
        Task.FromResult(Picture.Of(input.Prompt, call));
}

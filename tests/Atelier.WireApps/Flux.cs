using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>A queue model that takes long enough for a client to see every state of a request.</summary>
[App("fal-ai/flux")]
public sealed class Flux(TimeProvider time) : App
{
    // Longer than a client takes from submit to its second poll, on a slow machine too.
    static readonly TimeSpan Work = TimeSpan.FromMilliseconds(800);

    public Flux()
        : this(TimeProvider.System)
    {
    }

    public override int MaxMultiplexing => 32;

    [Endpoint("/dev")]
    [Endpoint("/dev/image-to-image")]
    public async Task<Picture> RunAsync(PictureInput input, Call call, CancellationToken cancellationToken)
    {
        call.Log("step 1");
        await Task.Delay(Work, time, cancellationToken);
        call.BillableUnits = 1;
        return Picture.Of(input.Prompt, call);
    }
}

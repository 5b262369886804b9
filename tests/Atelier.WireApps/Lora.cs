using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>A legacy id: clients turn <c>110602490-lora</c> into this.</summary>
[App("110602490/lora")]
public sealed class Lora : App
{
    public override int MaxMultiplexing => 32;

    [Endpoint("/")]
    public static Task<Picture> RunAsync(PictureInput input, Call call, CancellationToken cancellationToken)
    {
        call.BillableUnits = 1;
        return Task.FromResult(Picture.Of(input.Prompt, call));
    }
}

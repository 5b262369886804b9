using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>Allows one attempt a second.</summary>
[App("wire/short")]
public sealed class Short(TimeProvider time) : App
{
    public Short()
        : this(TimeProvider.System)
    {
    }

    public override int MaxMultiplexing => 8;

    public override int RequestTimeoutSeconds => 1;

    [Endpoint("/")]
    public async Task<Picture> RunAsync(PictureInput input, Call call, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(input.DelayMs), time, cancellationToken);
        return Picture.Of(input.Prompt, call);
    }
}

using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>One request at a time: what waits behind it has a position.</summary>
[App("wire/one")]
public sealed class One(TimeProvider time) : App
{
    public One()
        : this(TimeProvider.System)
    {
    }

    [Endpoint("/")]
    public async Task<Picture> RunAsync(PictureInput input, Call call, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(input.DelayMs), time, cancellationToken);
        return Picture.Of(input.Prompt, call);
    }
}

using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>A workflow: an id with a namespace, and requests that are cancelled while they run.</summary>
[App("workflows/acme/pipe")]
public sealed class Pipe(TimeProvider time) : App
{
    static readonly TimeSpan Work = TimeSpan.FromMinutes(10);

    public Pipe()
        : this(TimeProvider.System)
    {
    }

    public override int MaxMultiplexing => 32;

    [Endpoint("/sub")]
    [Endpoint("/sub/path")]
    public async Task<Picture> RunAsync(PictureInput input, Call call, CancellationToken cancellationToken)
    {
        call.Log("step 1");
        await Task.Delay(Work, time, cancellationToken);
        return Picture.Of(input.Prompt, call);
    }
}

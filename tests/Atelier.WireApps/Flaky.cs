using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>Answers 503 twice, then once a result: what a client's retries are for. The prompt "a cat" always fails.</summary>
[App("fal-ai/flaky")]
public sealed class Flaky : App
{
    // Changed by every call, interlocked.
    int _calls;

    [Endpoint("/")]
    public Task<Picture> RunAsync(PictureInput input, Call call, CancellationToken cancellationToken)
    {
        // A runner that stays: three calls in a row are what is counted.
        call.StopRunner = false;
        if (input.Prompt is "a cat" || Interlocked.Increment(ref _calls) % 3 != 0)
        {
            throw new AppException("no runner", 503);
        }

        call.BillableUnits = 1;
        return Task.FromResult(Picture.Of(input.Prompt, call));
    }
}

using System.Runtime.CompilerServices;
using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>A stream of growing partial results.</summary>
[App("fal-ai/any-llm")]
public sealed class AnyLlm : App
{
    public override int MaxMultiplexing => 32;

    [Endpoint("/stream")]
    public static async IAsyncEnumerable<PartialText> StreamAsync(
        PictureInput input, Call call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new("Hel", true);
        await Task.Yield();
        yield return new("Hello", false);
    }
}

/// <summary>A text so far.</summary>
/// <param name="Output">All of it until now.</param>
/// <param name="Partial">Whether more comes.</param>
public sealed record PartialText(string Output, bool Partial);

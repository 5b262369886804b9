using Atelier.Engines.Vision;

namespace Atelier.Engines.Tests.Vision;

public sealed class TileSpanTests
{
    [Fact]
    public void Every_pixel_is_kept_once_and_far_from_a_cut()
    {
        foreach (var length in Enumerable.Range(1, 700))
        {
            var spans = TileSpan.Cut(length, window: 96, margin: 16);

            Assert.Equal(0, spans[0].KeepFrom);
            Assert.Equal(length, spans[^1].KeepTo);
            foreach (var (index, span) in spans.Index())
            {
                Assert.True(span.KeepTo > span.KeepFrom);
                Assert.True(index == 0 || span.KeepFrom == spans[index - 1].KeepTo);
                Assert.True(span.Start >= 0 && span.Start + Math.Min(96, length) <= length);
                Assert.True(span.KeepFrom == 0 || span.KeepFrom - span.Start >= 16);
                Assert.True(span.KeepTo == length || span.Start + 96 - span.KeepTo >= 16);
            }
        }
    }
}

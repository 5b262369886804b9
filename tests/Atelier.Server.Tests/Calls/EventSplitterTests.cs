using System.Text;
using Atelier.Server.Calls;

namespace Atelier.Tests.Server.Calls;

public sealed class EventSplitterTests
{
    const string Text = "event: message\r\ndata: {\"a\":\"grün\"}\r\n\r\n: ping\n\ndata: [1,\ndata: 2]\n\n\ndata: [DONE]\n\ndata: unfinished";

    [Fact]
    public void However_the_bytes_are_cut_the_events_are_the_same()
    {
        var bytes = Encoding.UTF8.GetBytes(Text);
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var splitter = new EventSplitter(1024);
            List<byte> passed = [];
            for (var at = 0; at < bytes.Length;)
            {
                var length = random.Next(1, bytes.Length - at + 1);
                var whole = splitter.Take(bytes.AsSpan(at, length));
                Assert.True(whole.IsEmpty || Encoding.UTF8.GetString(whole.Span).EndsWith('\n'));
                passed.AddRange(whole.Span);
                at += length;
            }

            Assert.Equal("data: unfinished", Encoding.UTF8.GetString(splitter.Rest.Span));
            passed.AddRange(splitter.Rest.Span);
            Assert.Equal(bytes, passed);
            Assert.Equal("[1,\n2]", Encoding.UTF8.GetString(splitter.LastJson.Span));
        }
    }

    [Fact]
    public void Random_bytes_pass_unchanged_and_spoil_nothing()
    {
        var random = new Random(11);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(0, 400)];
            for (var index = 0; index < bytes.Length; index++)
            {
                bytes[index] = (byte)"\n\r:dat {}[]1\xff"[random.Next(13)];
            }

            var splitter = new EventSplitter(1024);
            List<byte> passed = [];
            for (var at = 0; at < bytes.Length; at += 7)
            {
                passed.AddRange(splitter.Take(bytes.AsSpan(at, Math.Min(7, bytes.Length - at))).Span);
            }

            passed.AddRange(splitter.Rest.Span);
            Assert.Equal(bytes, passed);
            Assert.True(JsonInput.IsJson(splitter.LastJson.Span, out _));
        }
    }

    [Fact]
    public void An_event_over_the_limit_is_refused_and_many_small_ones_are_not()
    {
        var splitter = new EventSplitter(16);
        for (var n = 0; n < 100; n++)
        {
            Assert.False(splitter.Take("data: 1\n\n"u8).IsEmpty);
        }

        Assert.True(splitter.Take("data: 123456"u8).IsEmpty);
        Assert.Throws<IOException>(() => splitter.Take("7890123"u8));
    }
}

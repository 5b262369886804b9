using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using Atelier.Protocol.Realtime;

namespace Atelier.Tests.Protocol.Realtime;

/// <summary>The session engine, whose one end is an app's and the other a client's.</summary>
public sealed class RealtimeSessionTests
{
    const string Timeout = """{"type":"x-fal-error","error":"TIMEOUT","reason":"no inputs, reconnect when needed!"}""";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_are_in_the_format_of_the_last_message()
    {
        using var peer = await SessionPeer.StartAsync();
        var running = RunAsync(peer, new(), EchoAsync);

        await peer.SayAsync("""{"a":[1,"x"]}""");
        Assert.Equal("""{"a":[1,"x"]}""", await peer.HearAsync());
        await peer.SayBytesAsync("81a1619201a178");
        Assert.Equal("81a1619201a178", await peer.HearAsync());
        await peer.Client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Token);

        await running;
        Assert.Equal(WebSocketCloseStatus.NormalClosure, peer.Client.CloseStatus);
    }

    [Fact]
    public async Task An_answer_to_nothing_is_MessagePack()
    {
        using var peer = await SessionPeer.StartAsync();
        var running = RunAsync(peer, new(), (_, _) => OneAsync(Json("""{"a":1}""")));

        Assert.Equal("81a16101", await peer.HearAsync());
        Assert.Equal(Timeout, await peer.HearAsync());
        Assert.Equal("close 1000", await peer.HearAsync());
        await running;
    }

    [Fact]
    public async Task A_session_without_messages_ends_in_peace()
    {
        var time = new ManualTime();
        using var peer = await SessionPeer.StartAsync();
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = RunAsync(peer, new() { IdleTimeout = TimeSpan.FromSeconds(30) }, Waits, time);
        await peer.SayAsync("1");
        Assert.Equal("1", await peer.HearAsync());
        await waiting.Task;

        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Timeout, await peer.HearAsync());
        Assert.Equal("close 1000", await peer.HearAsync());
        await running;

        async IAsyncEnumerable<RealtimeOutput> Waits(
            RealtimeInputs inputs, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await using var messages = inputs.GetAsyncEnumerator(cancellationToken);
            await messages.MoveNextAsync();
            yield return messages.Current.As;
            var next = messages.MoveNextAsync();
            waiting.SetResult();
            await next;
        }
    }

    [Theory]
    [InlineData(2, 100)]
    [InlineData(60, 2)]
    public async Task A_full_buffer_drops_the_oldest_messages(int buffering, long maxBytes)
    {
        using var peer = await SessionPeer.StartAsync();
        List<string> left = [];
        var running = RunAsync(peer, new() { Buffering = buffering, WaitingMaxBytes = maxBytes }, TakesWhatIsLeft);
        for (var n = 0; n <= 5; n++)
        {
            await peer.SayAsync($"{n}");
        }

        await peer.Client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Token);
        await running;

        Assert.Equal(["4", "5"], left);

        async IAsyncEnumerable<RealtimeOutput> TakesWhatIsLeft(
            RealtimeInputs inputs, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            // The close is read after all messages.
            var closed = new TaskCompletionSource();
            await using var registration = cancellationToken.Register(closed.SetResult);
            await closed.Task;
            while (inputs.TryTake() is { } message)
            {
                left.Add(Encoding.UTF8.GetString(message.Payload.Span));
            }

            yield break;
        }
    }

    [Fact]
    public async Task Without_a_buffer_nothing_is_dropped()
    {
        using var peer = await SessionPeer.StartAsync();
        var running = RunAsync(peer, new(), EchoAsync);
        for (var n = 0; n < 100; n++)
        {
            await peer.SayAsync($"{n}");
        }

        for (var n = 0; n < 100; n++)
        {
            Assert.Equal($"{n}", await peer.HearAsync());
        }

        await peer.Client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Token);
        await running;
    }

    [Fact]
    public async Task Timings_follow_answers()
    {
        var time = new ManualTime();
        using var peer = await SessionPeer.StartAsync();
        var running = RunAsync(peer, new() { SendsTimings = true }, Works, time);

        await peer.SayAsync("1");

        Assert.Equal("1", await peer.HearAsync());
        Assert.Equal("""{"type":"x-fal-message","action":"timings","timing":0.0123}""", await peer.HearAsync());
        await peer.Client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Token);
        await running;

        async IAsyncEnumerable<RealtimeOutput> Works(
            RealtimeInputs inputs, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var message in inputs.WithCancellation(cancellationToken))
            {
                time.Advance(TimeSpan.FromMilliseconds(12.3));
                yield return message.As;
            }
        }
    }

    [Theory]
    [InlineData(false, """{"type":"x-fal-error","error":"BAD_REQUEST","reason":"prompt: Field required"}""")]
    [InlineData(true, """{"type":"x-fal-error","error":"INTERNAL_ERROR","reason":"told"}""")]
    public async Task A_failure_is_told_and_closes_with_1000(bool isUnexpected, string frame)
    {
        using var peer = await SessionPeer.StartAsync();
        Exception fault = isUnexpected
            ? new InvalidOperationException("the secret reason")
            : new RealtimeException(RealtimeFrames.BadRequest, "prompt: Field required");
        var running = RunAsync(peer, new(), (_, _) => throw fault);

        Assert.Equal(frame, await peer.HearAsync());
        Assert.Equal("close 1000", await peer.HearAsync());
        await running;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_goes_cancels_the_app(bool closes)
    {
        using var peer = await SessionPeer.StartAsync();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = RunAsync(peer, new(), Hangs);
        await peer.SayAsync("1");
        await entered.Task;

        if (closes)
        {
            await peer.Client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Token);
        }
        else
        {
            peer.Client.Abort();
        }

        await running;

        async IAsyncEnumerable<RealtimeOutput> Hangs(
            RealtimeInputs inputs, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var _ in inputs.WithCancellation(cancellationToken))
            {
                entered.TrySetResult();
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
                yield return Json("1");
            }
        }
    }

    [Fact]
    public async Task A_stop_ends_the_session_in_peace()
    {
        using var peer = await SessionPeer.StartAsync();
        using var stop = new CancellationTokenSource();
        var running = new RealtimeSession(peer.Server, new(), TimeProvider.System).RunAsync(EchoAsync, _ => null, stop.Token);
        await peer.SayAsync("1");
        Assert.Equal("1", await peer.HearAsync());

        await stop.CancelAsync();

        Assert.Equal(Timeout, await peer.HearAsync());
        Assert.Equal("close 1000", await peer.HearAsync());
        await running;
    }

    [Fact]
    public async Task A_client_that_does_not_answer_a_close_is_let_go()
    {
        var time = new ManualTime();
        using var peer = await SessionPeer.StartAsync();
        var running = RunAsync(peer, new(), (_, _) => OneAsync(Json("1")), time);
        for (var frames = 0; frames < 2; frames++)
        {
            await peer.HearAsync();
        }

        // The close frame is there when it can be read; the grace has begun when the session waits for the answer.
        var buffer = new byte[16];
        await peer.Client.ReceiveAsync(buffer.AsMemory(), Token);
        while (!running.IsCompleted)
        {
            time.Advance(RealtimeSession.CloseGrace);
            await Task.Yield();
        }

        await running;
        Assert.Equal(WebSocketState.Aborted, peer.Server.State);
    }

    [Theory]
    [InlineData("", true, null)]
    [InlineData("?max_buffering=1", true, 1)]
    [InlineData("?a=b&max_buffering=60", true, 60)]
    [InlineData("?max_buffering=61", false, 61)]
    [InlineData("?max_buffering=0", false, 0)]
    [InlineData("?max_buffering=-1", false, 0)]
    [InlineData("?max_buffering=", false, 0)]
    public void A_buffer_is_read_from_the_query(string query, bool ok, int? buffering) =>
        Assert.Equal((ok, buffering), (RealtimeSessionOptions.TryReadBuffering(query, out var read), read));

    static Task RunAsync(SessionPeer peer, RealtimeSessionOptions options, RealtimeHandler handler, TimeProvider? time = null) =>
        new RealtimeSession(peer.Server, options, time ?? TimeProvider.System)
            .RunAsync(handler, _ => new(RealtimeFrames.InternalError, "told"), Token);

    static async IAsyncEnumerable<RealtimeOutput> EchoAsync(
        RealtimeInputs inputs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in inputs.WithCancellation(cancellationToken))
        {
            yield return message.As;
        }
    }

    static async IAsyncEnumerable<RealtimeOutput> OneAsync(RealtimeOutput output)
    {
        await Task.CompletedTask;
        yield return output;
    }

    static RealtimeOutput Json(string json) => new RealtimeMessage(RealtimeFormat.Json, Encoding.UTF8.GetBytes(json)).As;
}

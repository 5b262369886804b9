using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Atelier.Apps;
using Atelier.Apps.Describing;
using Atelier.Protocol.Apps;

namespace Atelier.Tests.Apps.Realtime;

/// <summary>A served app's WebSockets: each mode, both formats, and how sessions end.</summary>
[Collection("console")]
public sealed class SessionTests
{
    const string Timeout = """{"type":"x-fal-error","error":"TIMEOUT","reason":"no inputs, reconnect when needed!"}""";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_manifest_says_what_is_connected_to()
    {
        var app = AppDefinition.Read(typeof(SessionApp)).Manifest;

        Assert.Equal(
            [
                ("tests/session/realtime", new("realtime", "unary", 3, 1)),
                ("tests/session/batch", new("realtime", "unary", null, 60, 4)),
                ("tests/session/server", new("realtime", "server_streaming", null, 60)),
                ("tests/session/client", new("realtime", "client_streaming", null, 1)),
                ("tests/session/bidi", new("realtime", "bidi", null, 60)),
                ("tests/session/ws", new("websocket")),
            ],
            app.Endpoints.Select(endpoint => (endpoint.Id, endpoint.Realtime!)).ToArray<(string, RealtimeManifest)>());
        Assert.Equal(
            """{"anyOf":[{"type":"string","format":"binary"},{"type":"null"}],"title":"Bytes"}""",
            app.Endpoints[0].Input["properties"]!["bytes"]!.ToJsonString());
        Assert.Contains("\"max_batch_size\": 4", JsonSerializer.Serialize([app], ManifestJson.Default.IReadOnlyListAppManifest), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(TooMuchBuffering), "TooMuchBuffering.Run: Buffering is 0 to 60, SessionTimeoutSeconds and MaxBatchSize are at least 1; a method that takes several messages at once has a parameter IReadOnlyList<TIn>.")]
    [InlineData(typeof(NoSocket), "NoSocket.Run: a WebSocket endpoint is a method Task (WebSocket socket, Call call, CancellationToken cancellationToken).")]
    [InlineData(typeof(NoAnswer), "NoAnswer.Run: a realtime endpoint is a method (TIn or IAsyncEnumerable<TIn>, Call, CancellationToken) that returns a Task of a record or an IAsyncEnumerable of them.")]
    public void A_wrong_endpoint_is_told_what_to_change(Type type, string message) =>
        Assert.Equal(message, Assert.Throws<AppDefinitionException>(() => AppDefinition.Read(type)).Message);

    [Fact]
    public async Task Unary_answers_in_both_formats_and_bytes_stay_bytes()
    {
        await using var app = await RunningApp.StartAsync(type: typeof(SessionApp));
        using var socket = await app.OpenAsync("/realtime");

        await SayAsync(socket, """{"text":"a","bytes":"AQI="}""");
        Assert.Equal("""{"text":"A","bytes":"AQI=","mood":"very_loud","numbers":[1,0.5]}""", await HearAsync(socket));

        // {"text":"a","bytes":bin(1,2),"note":"n"} and its answer, written by hand.
        await SayBytesAsync(socket, "83a474657874a161a56279746573c4020102a46e6f7465a16e");
        Assert.Equal(
            "85a474657874a141a56279746573c4020102a46e6f7465a16e" + "a46d6f6f64a9766572795f6c6f7564"
            + "a76e756d626572739201cb3fe0000000000000", await HearAsync(socket));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Token);
        Assert.Contains("heard a", app.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_without_messages_ends_after_the_time_that_the_app_gives()
    {
        await using var app = await RunningApp.StartAsync(type: typeof(SessionApp));
        using var socket = await app.OpenAsync("/realtime");

        Assert.Equal([Timeout, "close 1000"], [await HearAsync(socket), await HearAsync(socket)]);
    }

    [Theory]
    [InlineData("""{}""", "BAD_REQUEST", "text: Field required")]
    [InlineData("""{"text":""}""", "BAD_REQUEST", "text: String should have at least 1 character")]
    [InlineData("""[""", "BAD_REQUEST", "")]
    [InlineData("""{"text":"app"}""", "INTERNAL_ERROR", "no such voice")]
    [InlineData("""{"text":"field"}""", "INTERNAL_ERROR", "text: too odd")]
    [InlineData("""{"text":"other"}""", "INTERNAL_ERROR", "Internal Server Error")]
    public async Task What_goes_wrong_is_told(string message, string error, string reason)
    {
        await using var app = await RunningApp.StartAsync(type: typeof(SessionApp));
        using var socket = await app.OpenAsync("/realtime");

        await SayAsync(socket, message);

        var frame = JsonDocument.Parse(await HearAsync(socket)).RootElement;
        Assert.Equal(error, frame.GetProperty("error").GetString());
        Assert.StartsWith(reason, frame.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("close 1000", await HearAsync(socket));
    }

    [Fact]
    public async Task Messages_that_wait_are_taken_together()
    {
        await using var app = await RunningApp.StartAsync(type: typeof(SessionApp));
        var session = (SessionApp)app.Instance;
        using var socket = await app.OpenAsync("/batch?max_buffering=10");
        await SayAsync(socket, """{"text":"busy"}""");
        await session.Entered.Task;
        for (var n = 0; n < 10; n++)
        {
            await SayAsync(socket, $$"""{"text":"{{n}}"}""");
        }

        session.Released.SetResult();

        // How many wait when the app asks is chance; their order and the size of a batch are not.
        Assert.Equal("""{"texts":["busy"]}""", await HearAsync(socket));
        List<string> heard = [];
        while (heard.Count < 10)
        {
            var batch = JsonDocument.Parse(await HearAsync(socket)).RootElement.GetProperty("texts");
            Assert.InRange(batch.GetArrayLength(), 1, 4);
            heard.AddRange(batch.EnumerateArray().Select(text => text.GetString()!));
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(n => $"{n}"), heard);
    }

    [Fact]
    public async Task Server_streaming_answers_one_message_and_ends()
    {
        await using var app = await RunningApp.StartAsync(type: typeof(SessionApp));
        using var socket = await app.OpenAsync("/server");

        await SayAsync(socket, """{"text":"ab"}""");

        Assert.StartsWith("""{"text":"a",""", await HearAsync(socket), StringComparison.Ordinal);
        Assert.StartsWith("""{"text":"b",""", await HearAsync(socket), StringComparison.Ordinal);
        Assert.Equal([Timeout, "close 1000"], [await HearAsync(socket), await HearAsync(socket)]);
    }

    [Theory]
    [InlineData("""{"text":"end"}""", "a+b+end")]
    [InlineData(null, "a+b")]
    public async Task Client_streaming_answers_when_the_app_is_done_or_nothing_more_comes(string? last, string answer)
    {
        await using var app = await RunningApp.StartAsync(type: typeof(SessionApp));
        using var socket = await app.OpenAsync("/client");

        await SayAsync(socket, """{"text":"a"}""");
        await SayAsync(socket, """{"text":"b"}""");
        if (last is not null)
        {
            await SayAsync(socket, last);
        }

        Assert.StartsWith($$"""{"text":"{{answer}}",""", await HearAsync(socket), StringComparison.Ordinal);
        Assert.Equal([Timeout, "close 1000"], [await HearAsync(socket), await HearAsync(socket)]);
    }

    [Fact]
    public async Task Both_ways_answers_as_it_likes()
    {
        await using var app = await RunningApp.StartAsync(type: typeof(SessionApp));
        using var socket = await app.OpenAsync("/bidi");

        await SayBytesAsync(socket, "c40101");

        Assert.Equal(["c40101", "c40101"], [await HearAsync(socket), await HearAsync(socket)]);
    }

    [Theory]
    [InlineData("x", 1000)]
    [InlineData("!", 1011)]
    public async Task A_plain_socket_is_the_app_s_own(string text, int status)
    {
        await using var app = await RunningApp.StartAsync(type: typeof(SessionApp));
        using var socket = await app.OpenAsync("/ws");

        await SayAsync(socket, text);

        Assert.Equal([text, $"close {status}"], [await HearAsync(socket), await HearAsync(socket)]);
    }

    [Fact]
    public async Task An_app_that_ends_lets_its_sessions_end_first()
    {
        await using var app = await RunningApp.StartAsync(type: typeof(SessionApp));
        using var socket = await app.OpenAsync("/bidi");
        await SayAsync(socket, "1");
        Assert.Equal(["1", "1"], [await HearAsync(socket), await HearAsync(socket)]);

        var stopping = app.Server.StopAsync();

        Assert.Equal([Timeout, "close 1000"], [await HearAsync(socket), await HearAsync(socket)]);
        await stopping;
    }

    static Task SayAsync(WebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Token);

    static Task SayBytesAsync(WebSocket socket, string hex) =>
        socket.SendAsync(Convert.FromHexString(hex), WebSocketMessageType.Binary, endOfMessage: true, Token);

    /// <summary>Text as it is, bytes as hex, a close as its code, which is answered. Timings are passed over.</summary>
    static async Task<string> HearAsync(WebSocket socket)
    {
        var buffer = new byte[65536];
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(), Token);
            if (read.MessageType is WebSocketMessageType.Close)
            {
                var status = (int)socket.CloseStatus!;
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Token);
                return $"close {status}";
            }

            var text = Encoding.UTF8.GetString(buffer, 0, read.Count);
            if (!text.Contains("\"timings\"", StringComparison.Ordinal))
            {
                return read.MessageType is WebSocketMessageType.Text
                    ? text
                    : Convert.ToHexStringLower(buffer.AsSpan(0, read.Count));
            }
        }
    }

    [App("a/b")]
    sealed class TooMuchBuffering : App
    {
        [Realtime("/realtime", Buffering = 61)]
        public static Task<Said> Run(Say input, Call call, CancellationToken cancellationToken) =>
            Task.FromResult(new Said(input.Text));
    }

    [App("a/b")]
    sealed class NoSocket : App
    {
        [WebSocketEndpoint("/ws")]
        public static Task<Said> Run(Say input, Call call, CancellationToken cancellationToken) =>
            Task.FromResult(new Said(input.Text));
    }

    [App("a/b")]
    sealed class NoAnswer : App
    {
        [Realtime("/realtime")]
        public static Task Run(Say input, Call call, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Hosting;
using Atelier.Tests.Server.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Tests.Server.Realtime;

/// <summary>Sessions of <c>atelier/echo</c> through the whole gateway.</summary>
public sealed class RealtimeWireTests : IAsyncLifetime
{
    const string Echo = "/fal.run/atelier/echo/realtime";

    TestServer _server = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(new() { ["realtime_message_max_bytes"] = "4096" });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Each_message_is_answered_in_its_own_format_and_followed_by_its_timing()
    {
        await using var session = await Session.OpenAsync(_server, Echo);

        await session.SayAsync("""{"prompt":"a cat","request_id":"r1"}""");
        Assert.Equal("""{"prompt":"a cat","request_id":"r1"}""", await session.AnyAsync());
        Assert.Matches("""^\{"type":"x-fal-message","action":"timings","timing":[0-9.E-]+\}$""", await session.AnyAsync());

        // The frame of the official client, from the trace: {"prompt":"a cat","seed":1,"request_id":"r1"}.
        const string Frame = "83a670726f6d7074a56120636174a47365656401aa726571756573745f6964a27231";
        await session.SayBytesAsync(Frame);
        Assert.Equal(Frame, await session.HearAsync());
    }

    [Fact]
    public async Task Bytes_are_bin_in_MessagePack_and_base64_in_JSON()
    {
        await using var session = await Session.OpenAsync(_server, Echo);

        Assert.Equal("""{"bytes":"AAAA","request_id":"r"}""", await session.AskAsync("""{"bytes":3,"request_id":"r"}"""));
        await session.SayBytesAsync("81a5627974657303");
        Assert.Equal("81a56279746573c403000000", await session.HearAsync());
    }

    [Fact]
    public async Task The_app_ends_a_session_in_peace()
    {
        await using var session = await Session.OpenAsync(_server, Echo);

        Assert.Equal("""{"bye":true}""", await session.AskAsync("""{"bye":true}"""));

        Assert.Equal(
            """{"type":"x-fal-error","error":"TIMEOUT","reason":"no inputs, reconnect when needed!"}""", await session.HearAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await session.ClosedAsync());
    }

    [Theory]
    [InlineData("""{"fail":true}""", "INTERNAL_ERROR", "asked to fail")]
    [InlineData("""{"fail":""", "BAD_REQUEST", "The text is not valid JSON")]
    [InlineData("""[1]""", "BAD_REQUEST", "A message must be a map")]
    public async Task An_error_is_told_and_closes_with_1000(string message, string error, string reason)
    {
        await using var session = await Session.OpenAsync(_server, Echo);

        Assert.Equal(
            $$"""{"type":"x-fal-error","error":"{{error}}","reason":"{{reason}}"}""", await session.AskAsync(message));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await session.ClosedAsync());
    }

    [Fact]
    public async Task A_message_over_the_limit_is_told()
    {
        await using var session = await Session.OpenAsync(_server, Echo);

        await session.SayAsync($$"""{"long":"{{new string('x', 5000)}}"}""");

        Assert.StartsWith("""{"type":"x-fal-error","error":"BAD_REQUEST",""", await session.HearAsync(), StringComparison.Ordinal);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await session.ClosedAsync());
    }

    [Fact]
    public async Task A_full_buffer_drops_the_oldest_input()
    {
        await using var session = await Session.OpenAsync(_server, $"{Echo}?max_buffering=2");

        await session.SayAsync("""{"n":0,"delay_ms":3000}""");
        for (var n = 1; n <= 5; n++)
        {
            await session.SayAsync($$"""{"n":{{n}}}""");
        }

        // Whether the app has taken the first one before the others come is chance; the last two always arrive.
        List<string> heard = [];
        while (heard.LastOrDefault() is not """{"n":5}""")
        {
            heard.Add(await session.HearAsync());
        }

        Assert.Equal("""{"n":4}""", heard[^2]);
        Assert.InRange(heard.Count, 2, 4);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("61")]
    [InlineData("two")]
    [InlineData("")]
    public async Task A_wrong_buffer_is_refused_before_the_handshake(string buffering)
    {
        var (status, body) = await HandshakeAsync($"{Echo}?max_buffering={buffering}");

        Assert.Equal((422, """{"detail":"max_buffering must be a whole number from 1 to 60"}"""), (status, body));
    }

    [Theory]
    [InlineData("/fal.run/nobody/nothing/realtime", """{"detail":"Application \"nobody/nothing/realtime\" not found"}""")]
    [InlineData("/fal.run/atelier/echo/other", """{"detail":"Path /other not found"}""")]
    [InlineData("/fal.run/atelier/echo", """{"detail":"This endpoint is no WebSocket: call it"}""")]
    public async Task What_is_no_socket_is_404(string path, string body) =>
        Assert.Equal((404, body), await HandshakeAsync(path));

    [Fact]
    public async Task A_caller_with_a_token_is_told_in_a_frame_what_it_could_not_see_in_a_status()
    {
        var token = await Session.TokenAsync(_server, "nothing");
        await using var session = await Session.OpenAsync(_server, $"/fal.run/nobody/nothing/realtime?fal_jwt_token={token}");

        Assert.Equal(
            """{"type":"x-fal-error","error":"NOT_FOUND","reason":"There is no realtime endpoint with this id"}""",
            await session.HearAsync());
    }

    [Fact]
    public async Task A_socket_endpoint_cannot_be_called()
    {
        using var run = await _server.SendAsync(HttpMethod.Post, Echo, "{}");
        using var get = await _server.SendAsync(HttpMethod.Get, Echo);
        using var submit = await _server.SendAsync(HttpMethod.Post, "/queue.fal.run/atelier/echo/realtime", "{}");

        Assert.Equal((405, 405, 405), ((int)run.StatusCode, (int)get.StatusCode, (int)submit.StatusCode));
    }

    [Fact]
    public async Task A_raw_socket_gets_its_frames_back_and_its_close()
    {
        await using var session = await Session.OpenAsync(_server, "/fal.run/atelier/echo/ws");

        Assert.Equal("not json", await session.AskAsync("not json"));
        await session.SayBytesAsync("c1");
        Assert.Equal("c1", await session.AnyAsync());
        await session.SayAsync("");
        Assert.Equal("", await session.AnyAsync());
        await session.Socket.CloseOutputAsync((WebSocketCloseStatus)4001, "", Token);
        Assert.Equal("close 4001", await session.AnyAsync());
    }

    [Theory]
    [InlineData(Echo)]
    [InlineData("/fal.run/atelier/echo/ws")]
    public async Task An_empty_close_frame_is_answered_with_1000(string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(_server.Url).Port, Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: zVSNZKLyNiHAbTGpcR418Q==\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
            + $"Authorization: Key {_server.Key}\r\n\r\n"), Token);
        var head = await HeadAsync(stream);
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Sec-WebSocket-Extensions", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("x-fal-request-id: ", head, StringComparison.Ordinal);

        // A masked close without a payload; the answer is a close with 1000, and the connection's end.
        await stream.WriteAsync((byte[])[0x88, 0x80, 1, 2, 3, 4], Token);
        using var rest = new MemoryStream();
        await stream.CopyToAsync(rest, Token);

        Assert.Equal("880203e8", Convert.ToHexStringLower(rest.ToArray()));
    }

    [Fact]
    public async Task A_session_holds_a_slot_and_is_written_into_the_history()
    {
        var slots = _server.Services.GetRequiredService<AppDirectory>().FindApp("atelier/echo")!.Slots;
        var session = await Session.OpenAsync(_server, Echo);
        await session.AskAsync("{}");
        Assert.Equal(1, slots.InUse);
        var id = session.Socket.HttpResponseHeaders!["x-fal-request-id"].Single();

        await session.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Token);
        await session.DisposeAsync();

        var store = _server.Services.GetRequiredService<IQueueStore>();
        var row = await UntilAsync(() => store.FindAsync(id, "local", Token).AsTask());
        Assert.Equal(JobState.Completed, row.State);
        Assert.Equal("atelier/echo/realtime", row.Endpoint);
        Assert.Equal(0, slots.InUse);
    }

    [Fact]
    public async Task A_stopping_server_ends_sessions_so_that_callers_connect_again()
    {
        await using var session = await Session.OpenAsync(_server, Echo);
        await using var raw = await Session.OpenAsync(_server, "/fal.run/atelier/echo/ws");
        await session.AskAsync("{}");
        await raw.AskAsync("x");

        _server.Services.GetRequiredService<ServerLifetime>().BeginStop();

        Assert.Contains("\"TIMEOUT\"", await session.HearAsync(), StringComparison.Ordinal);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await session.ClosedAsync());
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await raw.ClosedAsync());
    }

    async Task<(int Status, string Body)> HandshakeAsync(string path)
    {
        using var response = await _server.SendAsync(HttpMethod.Get, path, null, null,
            ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "zVSNZKLyNiHAbTGpcR418Q=="));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    static async Task<string> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, Token);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    static async Task<T> UntilAsync<T>(Func<Task<T?>> read)
        where T : class
    {
        while (true)
        {
            if (await read() is { } value)
            {
                return value;
            }

            await Task.Yield();
        }
    }
}

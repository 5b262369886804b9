using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Atelier.Server.Calls;
using Atelier.Tests.Server.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Tests.Server.Realtime;

/// <summary>Calls over one WebSocket, on <c>ws.fal.run</c>.</summary>
public sealed class HttpOverSocketTests : IAsyncLifetime
{
    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Calls_sent_ahead_are_answered_in_order()
    {
        await using var session = await Session.OpenAsync(_server, "/ws.fal.run/atelier/echo");
        await session.SayAsync("""{"n":1,"delay_ms":50}""");
        await session.SayAsync("""{"n":2}""");

        foreach (var echo in (string[])["""{"n":1,"delay_ms":50}""", """{"n":2}"""])
        {
            var (start, body, end) = await AnswerAsync(session);
            var id = start.GetProperty("request_id").GetString();
            Assert.Equal("start", start.GetProperty("type").GetString());
            Assert.Equal(200, start.GetProperty("status").GetInt32());
            Assert.Equal("application/json", start.GetProperty("headers").GetProperty("content-type").GetString());
            Assert.Equal($$"""{"echo":{{echo}},"request_id":"{{id}}","attempt":1}""", body);
            Assert.Equal("end", end.GetProperty("type").GetString());
            Assert.Equal(id, end.GetProperty("request_id").GetString());
            Assert.True(end.GetProperty("time_to_first_byte_seconds").GetDouble() >= 0);
        }
    }

    [Theory]
    [InlineData("""{"fail":{"status":418,"detail":"teapot"}}""", 418, """{"detail":"teapot"}""")]
    [InlineData("""{"delay_ms":"soon"}""", 422, "int_parsing")]
    [InlineData("""{""", 400, "not valid JSON")]
    public async Task An_error_is_an_answer_and_the_next_call_is_answered(string input, int status, string body)
    {
        await using var session = await Session.OpenAsync(_server, "/ws.fal.run/atelier/echo");

        await session.SayAsync(input);
        var (start, text, _) = await AnswerAsync(session);
        Assert.Equal(status, start.GetProperty("status").GetInt32());
        Assert.Contains(body, text, StringComparison.Ordinal);

        await session.SayAsync("{}");
        Assert.Equal(200, (await AnswerAsync(session)).Start.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_long_answer_comes_in_parts_and_the_caller_s_close_is_answered()
    {
        await using var session = await Session.OpenAsync(_server, "/ws.fal.run/atelier/echo");

        await session.SayAsync("""{"size_bytes":200000}""");
        var (_, body, _) = await AnswerAsync(session);
        Assert.True(body.Length > 200_000);

        await session.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", TestContext.Current.CancellationToken);
        Assert.Equal("close 1000", await session.AnyAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_call_whose_caller_has_gone_is_cancelled_and_written_into_the_history()
    {
        var slots = _server.Services.GetRequiredService<AppDirectory>().FindApp("atelier/echo")!.Slots;
        await using var session = await Session.OpenAsync(_server, "/ws.fal.run/atelier/echo");
        await session.SayAsync("""{"delay_ms":600000}""");
        while (slots.InUse is 0)
        {
            await Task.Yield();
        }

        session.Socket.Abort();

        JsonElement items;
        do
        {
            using var listed = await _server.SendAsync(
                HttpMethod.Get, "/v1/models/requests/by-endpoint?endpoint_id=atelier/echo");
            items = JsonDocument.Parse(await listed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
                .RootElement.GetProperty("items");
        }
        while (items.GetArrayLength() is 0 && !TestContext.Current.CancellationToken.IsCancellationRequested);

        Assert.Equal(499, Assert.Single(items.EnumerateArray()).GetProperty("status_code").GetInt32());
        Assert.Equal(0, slots.InUse);
    }

    [Fact]
    public async Task A_token_is_no_key_here()
    {
        var token = await Session.TokenAsync(_server, "echo");

        await Assert.ThrowsAsync<WebSocketException>(
            () => Session.OpenAsync(_server, $"/ws.fal.run/atelier/echo?fal_jwt_token={token}"));
    }

    static async Task<(JsonElement Start, string Body, JsonElement End)> AnswerAsync(Session session)
    {
        var start = JsonDocument.Parse(await session.AnyAsync()).RootElement;
        var body = new StringBuilder();
        while (true)
        {
            var frame = await session.AnyAsync();
            if (frame.StartsWith('{'))
            {
                return (start, body.ToString(), JsonDocument.Parse(frame).RootElement);
            }

            body.Append(Encoding.UTF8.GetString(Convert.FromHexString(frame)));
        }
    }
}

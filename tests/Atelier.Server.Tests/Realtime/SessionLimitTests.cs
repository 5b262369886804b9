using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Atelier.Server.Calls;
using Atelier.Server.Runners;
using Atelier.Tests.Server.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Tests.Server.Realtime;

/// <summary>What the server does to sessions that are too many, too quiet, or whose runner dies.</summary>
public sealed class SessionLimitTests
{
    [Fact]
    public async Task More_sockets_than_the_setting_allows_are_refused()
    {
        await using var server = await TestServer.StartAsync(new() { ["realtime_sessions_max"] = "1" });
        await using var first = await Session.OpenAsync(server, "/fal.run/atelier/echo/realtime");

        await Assert.ThrowsAsync<WebSocketException>(() => Session.OpenAsync(server, "/fal.run/atelier/echo/realtime"));
        var token = await Session.TokenAsync(server, "echo");
        await using var told = await Session.OpenAsync(server, $"/fal.run/atelier/echo/realtime?fal_jwt_token={token}");

        Assert.Equal(
            """{"type":"x-fal-error","error":"CONCURRENT_REQUESTS_LIMIT","reason":"Too many WebSockets are open"}""",
            await told.HearAsync());
        Assert.Equal("{}", await first.AskAsync("{}"));
    }

    [Fact]
    public async Task A_socket_on_which_nobody_says_anything_is_closed()
    {
        await using var server = await TestServer.StartAsync(new() { ["realtime_idle_timeout"] = "1s" });
        await using var session = await Session.OpenAsync(server, "/fal.run/atelier/echo/realtime");
        await using var raw = await Session.OpenAsync(server, "/fal.run/atelier/echo/ws");

        Assert.Contains("\"TIMEOUT\"", await session.HearAsync(), StringComparison.Ordinal);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await session.ClosedAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await raw.ClosedAsync());
    }

    [Fact]
    public async Task A_runner_that_dies_is_told_and_its_slot_is_free()
    {
        await using var server = await TestServer.StartAsync();
        var slots = server.Services.GetRequiredService<AppDirectory>().FindApp("atelier/echo-process")!.Slots;
        await using var session = await Session.OpenAsync(server, "/fal.run/atelier/echo-process/realtime");
        Assert.Equal("""{"a":1}""", await session.AskAsync("""{"a":1}"""));
        Assert.Equal(1, slots.InUse);

        Assert.Equal(
            """{"type":"x-fal-error","error":"INTERNAL_ERROR","reason":"The runner disconnected"}""",
            await session.AskAsync("""{"crash":true}"""));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await session.ClosedAsync());

        Assert.Equal(0, slots.InUse);
        await using var next = await Session.OpenAsync(server, "/fal.run/atelier/echo-process/ws");
        Assert.Equal("x", await next.AskAsync("x"));
        await next.Socket.CloseAsync((WebSocketCloseStatus)4001, "", TestContext.Current.CancellationToken);
        Assert.Equal(4001, (int)next.Socket.CloseStatus!);
    }

    [Fact]
    public async Task A_caller_that_goes_while_it_waits_for_a_slot_takes_none()
    {
        await using var server = await TestServer.StartAsync();
        var slots = server.Services.GetRequiredService<AppDirectory>().FindApp("atelier/echo")!.Slots;
        List<IDisposable> taken = [];
        while (slots.TryTake() is { } slot)
        {
            taken.Add(slot);
        }

        await using var session = await Session.OpenAsync(server, "/fal.run/atelier/echo/realtime");
        await session.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", TestContext.Current.CancellationToken);

        Assert.Equal(WebSocketCloseStatus.NormalClosure, session.Socket.CloseStatus);
        taken.ForEach(slot => slot.Dispose());
    }

    [Fact]
    public async Task Sessions_end_with_their_key()
    {
        await using var server = await TestServer.StartAsync();
        using var created = await server.SendAsync(HttpMethod.Post, "/v1/keys", """{"alias":"app"}""");
        var key = JsonDocument.Parse(await created.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        var token = await Session.TokenAsync(server, "echo", $"Key {key.GetProperty("key").GetString()}");
        await using var session = await Session.OpenAsync(server, $"/fal.run/atelier/echo/realtime?fal_jwt_token={token}");
        await using var raw = await Session.OpenAsync(server, $"/fal.run/atelier/echo/ws?fal_jwt_token={token}");
        var processToken = await Session.TokenAsync(server, "echo-process", $"Key {key.GetProperty("key").GetString()}");
        await using var process = await Session.OpenAsync(
            server, $"/fal.run/atelier/echo-process/realtime?fal_jwt_token={processToken}");
        await session.AskAsync("{}");
        await raw.AskAsync("{}");
        await process.AskAsync("{}");

        using var revoked = await server.SendAsync(HttpMethod.Delete, $"/v1/keys/{key.GetProperty("key_id").GetString()}");

        Assert.Equal(
            """{"type":"x-fal-error","error":"UNAUTHORIZED","reason":"The key was revoked"}""", await session.HearAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await session.ClosedAsync());
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await raw.ClosedAsync());
        Assert.Equal(
            """{"type":"x-fal-error","error":"UNAUTHORIZED","reason":"The key was revoked"}""", await process.HearAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await process.ClosedAsync());
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("echo-process")]
    public async Task A_message_that_is_far_over_the_limit_is_told(string app)
    {
        await using var server = await TestServer.StartAsync();
        await using var session = await Session.OpenAsync(server, $"/fal.run/atelier/{app}/realtime");
        Assert.Equal("{}", await session.AskAsync("{}"));

        await session.SayAsync($$"""{"long":"{{new string('x', 17 << 20)}}"}""");

        Assert.StartsWith("""{"type":"x-fal-error","error":"BAD_REQUEST",""", await session.HearAsync(), StringComparison.Ordinal);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await session.ClosedAsync());
    }

    [Fact]
    public async Task A_caller_that_does_not_read_is_let_go()
    {
        await using var server = await TestServer.StartAsync(new() { ["slow_reader_timeout"] = "2s" });
        var slots = server.Services.GetRequiredService<AppDirectory>().FindApp("atelier/echo")!.Slots;
        await using var session = await Session.OpenAsync(server, "/fal.run/atelier/echo/realtime");
        Assert.Equal("{}", await session.AskAsync("{}"));
        Assert.Equal(1, slots.InUse);

        for (var messages = 0; messages < 4; messages++)
        {
            await session.SayAsync("""{"bytes":16777216}""");
        }

        while (slots.InUse > 0)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_caller_that_closes_with_work_before_it_costs_no_runner()
    {
        await using var server = await TestServer.StartAsync();
        var fleets = server.Services.GetRequiredService<RunnerFleets>();
        var runner = server.Services.GetRequiredService<AppDirectory>().FindApp("atelier/echo-process")!.Runner;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var connecting = new TcpClient();
        await connecting.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        using var accepted = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        using var client = WebSocket.CreateFromStream(connecting.GetStream(), new() { IsServer = false });
        using var caller = WebSocket.CreateFromStream(accepted.GetStream(), new() { IsServer = true });

        // More than a session holds, so that the close lies behind what the app does not read for ten minutes.
        for (var message = 0; message < 30; message++)
        {
            await client.SendAsync(
                """{"delay_ms":600000}"""u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        }

        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", TestContext.Current.CancellationToken);
        var failed = await runner.ConnectAsync(
            new()
            {
                RequestId = "request-a",
                App = "atelier/echo-process",
                Endpoint = "atelier/echo-process/realtime",
                Path = "/realtime",
                Attempt = 1,
                Input = default,
                Log = _ => { },
                Rights = new("local", "http://127.0.0.1", null),
            },
            caller, TestContext.Current.CancellationToken);

        Assert.Null(failed);
        Assert.Equal(RunnerState.Ready, Assert.Single(fleets.Snapshot()).State);
    }
}

using System.Buffers.Text;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Realtime;

public sealed class TokenWireTests : IAsyncLifetime
{
    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/rest.fal.ai/tokens/")]
    [InlineData("/rest.fal.ai/tokens")]
    [InlineData("/rest.alpha.fal.ai/tokens/")]
    [InlineData("/tokens/")]
    public async Task The_older_route_answers_a_JSON_string_for_any_alias(string path)
    {
        using var response = await _server.SendAsync(
            HttpMethod.Post, path, """{"allowed_apps":["nobody-knows-it"],"token_expiration":120}""");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        var token = JsonDocument.Parse(await TextAsync(response)).RootElement.GetString()!;
        Assert.Equal(3, token.Split('.').Length);
        Assert.Equal(
            """{"alg":"HS256","typ":"JWT"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[0])));
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement;
        Assert.Equal(_server.Key.Id, claims.GetProperty("sub").GetString());
        Assert.Equal(120, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
    }

    [Fact]
    public async Task The_newer_route_answers_an_object()
    {
        using var response = await _server.SendAsync(
            HttpMethod.Post, "/tokens/realtime", """{"allowed_apps":["atelier/echo/realtime"],"duration":60}""");

        var token = JsonDocument.Parse(await TextAsync(response)).RootElement.GetProperty("token").GetString();
        await using var session = await Session.OpenAsync(_server, $"/fal.run/atelier/echo/realtime?fal_jwt_token={token}");
        Assert.Equal("""{"a":1}""", await session.AskAsync("""{"a":1}"""));
    }

    [Theory]
    [InlineData("""{"allowed_apps":["echo"],"token_expiration":0}""", "greater_than_equal", "token_expiration")]
    [InlineData("""{"allowed_apps":["echo"],"token_expiration":86401}""", "less_than_equal", "token_expiration")]
    [InlineData("""{"allowed_apps":["echo"],"token_expiration":99999999999999999999}""", "", "token_expiration")]
    [InlineData("""{"allowed_apps":["echo"],"token_expiration":"soon"}""", "int_parsing", "token_expiration")]
    [InlineData("""{"allowed_apps":[]}""", "too_short", "allowed_apps")]
    [InlineData("""{"allowed_apps":"echo"}""", "list_type", "allowed_apps")]
    [InlineData("""{}""", "missing", "allowed_apps")]
    [InlineData("""{""", "json_invalid", "body")]
    public async Task A_wrong_field_is_named(string body, string type, string field)
    {
        using var response = await _server.SendAsync(HttpMethod.Post, "/tokens/", body);

        Assert.Equal(422, (int)response.StatusCode);
        var text = await TextAsync(response);
        Assert.Contains($"\"type\":\"{type}", text, StringComparison.Ordinal);
        Assert.Contains(field, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_needs_a_key_and_gives_nothing_else()
    {
        using var keyless = await _server.Http.PostAsync(
            "/tokens/", new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)keyless.StatusCode);

        var token = await Session.TokenAsync(_server, "echo");
        using var run = await _server.Http.PostAsync(
            $"/fal.run/atelier/echo?fal_jwt_token={token}", new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)run.StatusCode);
        using var submit = await _server.Http.PostAsync(
            $"/queue.fal.run/atelier/echo?fal_jwt_token={token}", new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)submit.StatusCode);
        using var another = await _server.Http.PostAsync(
            $"/tokens/?fal_jwt_token={token}", new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)another.StatusCode);
    }

    [Fact]
    public async Task The_secret_is_made_with_the_first_token_and_is_the_owners_alone()
    {
        var path = Path.Combine(_server.DataRoot, "tokens.key");
        Assert.False(File.Exists(path));

        await Session.TokenAsync(_server, "echo");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(32, new FileInfo(path).Length);
    }

    [Theory]
    [InlineData("echo", "atelier/echo/realtime", true)]
    [InlineData("atelier/echo", "atelier/echo/realtime", true)]
    [InlineData("atelier/echo/realtime", "atelier/echo/realtime", true)]
    [InlineData("atelier/echo/real", "atelier/echo/realtime", false)]
    [InlineData("other/echo", "atelier/echo/realtime", false)]
    [InlineData("echo-process", "atelier/echo/realtime", false)]
    [InlineData("atelier", "atelier/echo/realtime", false)]
    public async Task A_token_is_good_for_its_apps_alone(string allowed, string id, bool good)
    {
        var token = await Session.TokenAsync(_server, allowed);

        await using var session = await Session.OpenAsync(_server, $"/fal.run/{id}?fal_jwt_token={token}");

        if (good)
        {
            Assert.Equal("""{"a":1}""", await session.AskAsync("""{"a":1}"""));
        }
        else
        {
            await RefusedAsync(session, "The token is not good for this app");
        }
    }

    [Fact]
    public async Task A_token_that_is_forged_is_told_so()
    {
        var token = await Session.TokenAsync(_server, "echo");
        var parts = token.Split('.');
        var claims = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])).Replace("echo", "ecco", StringComparison.Ordinal);
        string[] forged =
        [
            "", "x", "a.b.c", $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.{parts[2]}",
            $"{Base64Url.EncodeToString("""{"alg":"none","typ":"JWT"}"""u8)}.{parts[1]}.", $"{parts[0]}.{parts[1]}.AAAA",
            $"{parts[0]}.{Base64Url.EncodeToString("null"u8)}.{parts[2]}", $"{parts[0]}.{Base64Url.EncodeToString("{"u8)}.{parts[2]}",
        ];
        foreach (var wrong in forged)
        {
            await using var session = await Session.OpenAsync(_server, $"/fal.run/atelier/echo/realtime?fal_jwt_token={wrong}");
            await RefusedAsync(session, "The token is not one of this server");
        }
    }

    [Fact]
    public async Task A_token_ends_with_its_key()
    {
        using var created = await _server.SendAsync(HttpMethod.Post, "/v1/keys", """{"alias":"app"}""");
        var key = JsonDocument.Parse(await TextAsync(created)).RootElement;
        var token = await Session.TokenAsync(_server, "echo", $"Key {key.GetProperty("key").GetString()}");
        using var revoked = await _server.SendAsync(HttpMethod.Delete, $"/v1/keys/{key.GetProperty("key_id").GetString()}");

        await using var session = await Session.OpenAsync(_server, $"/fal.run/atelier/echo/realtime?fal_jwt_token={token}");

        await RefusedAsync(session, "The key behind the token was revoked");
    }

    [Fact]
    public async Task A_handshake_without_key_or_with_a_wrong_one_is_401()
    {
        foreach (var header in (string?[])[null, "Key nobody:0000"])
        {
            using var socket = new ClientWebSocket();
            socket.Options.CollectHttpResponseDetails = true;
            if (header is not null)
            {
                socket.Options.SetRequestHeader("Authorization", header);
            }

            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(
                new Uri(_server.Url.Replace("http", "ws", StringComparison.Ordinal) + "/fal.run/atelier/echo/realtime"),
                TestContext.Current.CancellationToken));

            Assert.Equal(401, (int)socket.HttpStatusCode);
        }
    }

    static async Task RefusedAsync(Session session, string reason)
    {
        Assert.Equal(
            $$"""{"type":"x-fal-error","error":"UNAUTHORIZED","reason":"{{reason}}"}""", await session.TextAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await session.ClosedAsync());
    }

    static Task<string> TextAsync(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}

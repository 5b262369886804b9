using System.Net;
using System.Text.Json;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Keys;

public sealed class KeyWireTests : IAsyncLifetime
{
    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("Key nobody:0000")]
    [InlineData("Key ")]
    [InlineData("Basic YTpi")]
    [InlineData("")]
    public async Task A_key_that_is_not_ours_is_refused(string header)
    {
        using var response = await _server.SendAsync(HttpMethod.Get, "/v1/keys", key: header);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("""{"error":{"type":"authorization_error","message":"Authentication required"}}""", await TextAsync(response));
    }

    [Fact]
    public async Task The_right_id_with_a_wrong_secret_is_refused()
    {
        using var response = await _server.SendAsync(HttpMethod.Get, "/v1/keys", key: $"Key {_server.Key.Id}:{new string('0', 64)}");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_bearer_key_is_a_key()
    {
        using var response = await _server.SendAsync(HttpMethod.Get, "/v1/keys", key: $"Bearer {_server.Key}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task An_api_key_manages_no_keys_and_a_revoked_key_is_refused_at_once()
    {
        using var created = await _server.SendAsync(HttpMethod.Post, "/v1/keys", """{"alias":"app"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var key = JsonDocument.Parse(await TextAsync(created)).RootElement;
        var header = $"Key {key.GetProperty("key").GetString()}";

        using var forbidden = await _server.SendAsync(HttpMethod.Get, "/v1/keys", key: header);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);

        using var revoked = await _server.SendAsync(HttpMethod.Delete, $"/v1/keys/{key.GetProperty("key_id").GetString()}");
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        using var refused = await _server.SendAsync(HttpMethod.Get, "/v1/keys", key: header);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Secrets_are_neither_listed_nor_kept()
    {
        using var list = await _server.SendAsync(HttpMethod.Get, "/v1/keys");

        Assert.DoesNotContain(_server.Key.Secret, await TextAsync(list), StringComparison.Ordinal);
        var kept = await File.ReadAllTextAsync(Path.Combine(_server.DataRoot, "keys.json"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(_server.Key.Secret, kept, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_server.DataRoot, "keys.json")));
    }

    [Fact]
    public async Task Keys_are_listed_page_by_page_in_fal_s_shape()
    {
        using var created = await _server.SendAsync(HttpMethod.Post, "/v1/keys", $$"""{"alias":"{{new string('a', 255)}}"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);

        using var first = await _server.SendAsync(HttpMethod.Get, "/v1/keys?limit=1&expand=creator_info");
        using var second = await _server.SendAsync(HttpMethod.Get, "/v1/keys?limit=1&cursor=Mg==");
        using var wrong = await _server.SendAsync(HttpMethod.Get, "/v1/keys?limit=none");
        using var tooLong = await _server.SendAsync(HttpMethod.Post, "/v1/keys", $$"""{"alias":"{{new string('a', 256)}}"}""");

        Assert.Matches(
            $$"""^{"next_cursor":"Mg==","has_more":true,"keys":\[{"key_id":"{{_server.Key.Id}}","alias":"test","scope":"ADMIN","created_at":"[-0-9T:.]+Z","creator_nickname":"local"}\]}$""",
            await TextAsync(first));
        Assert.StartsWith("""{"next_cursor":null,"has_more":false,"keys":[{""", await TextAsync(second), StringComparison.Ordinal);
        Assert.DoesNotContain("creator", await TextAsync(second), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, tooLong.StatusCode);
    }

    static Task<string> TextAsync(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}

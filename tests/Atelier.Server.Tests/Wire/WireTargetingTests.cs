using System.Net;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Wire;

public sealed class WireTargetingTests : IAsyncLifetime
{
    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_host_that_is_not_ours_is_misdirected()
    {
        using var response = await _server.SendAsync(HttpMethod.Get, "/health", headers: ("Host", "evil.example"));

        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/fal-ai/flux")]
    [InlineData("https://evil-fal.run/fal-ai/flux")]
    [InlineData("https://fal.run:444/fal-ai/flux")]
    [InlineData("https://key@fal.run/fal-ai/flux")]
    [InlineData("file:///etc/passwd")]
    public async Task A_proxy_target_that_is_none_of_fals_hosts_is_refused(string target)
    {
        using var response = await _server.SendAsync(HttpMethod.Post, "/api/fal/proxy", "{}", headers: ("x-fal-target-url", target));

        Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
    }

    [Fact]
    public async Task A_proxy_call_reaches_the_service_that_its_target_names()
    {
        using var response = await _server.SendAsync(
            HttpMethod.Get, "/api/fal/proxy", headers: ("x-fal-target-url", "https://api.fal.ai/v1/keys?limit=1"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task A_proxy_call_without_target_is_told_so()
    {
        using var response = await _server.SendAsync(HttpMethod.Post, "/api/fal/proxy", "{}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("""{"detail":"The header x-fal-target-url is missing."}""",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("127.0.0.0/8", "https://media.example.org/queue.fal.run/atelier/echo/requests/")]
    [InlineData("10.1.2.3", "http://127.0.0.1:")]
    public async Task What_a_proxy_forwards_is_believed_of_the_configured_ones_only(string trusted, string urlStart)
    {
        await using var server = await TestServer.StartAsync(
            new() { ["trusted_proxies"] = trusted, ["hosts"] = "media.example.org" });

        using var response = await server.SendAsync(
            HttpMethod.Post, "/queue.fal.run/atelier/echo", "{}", null,
            ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "media.example.org"));

        var ticket = System.Text.Json.JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith(urlStart, ticket.GetProperty("response_url").GetString(), StringComparison.Ordinal);
    }
}

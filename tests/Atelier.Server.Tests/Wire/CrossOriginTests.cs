using System.Net;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Wire;

/// <summary>What a page of another origin may ask and read.</summary>
public sealed class CrossOriginTests : IAsyncLifetime
{
    const string Page = "http://localhost:3000";

    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("POST", "/fal.run/atelier/echo")]
    [InlineData("POST", "/atelier/echo")]
    [InlineData("GET", "/queue.fal.run/atelier/echo/requests/1/status?logs=1")]
    [InlineData("PUT", "/queue.fal.run/atelier/echo/requests/1/cancel")]
    [InlineData("POST", "/rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3")]
    [InlineData("POST", "/rest.fal.ai/tokens/")]
    [InlineData("PUT", "/files/upload/presigned/0a/b.txt")]
    [InlineData("POST", "/files/upload")]
    [InlineData("GET", "/v1/models")]
    [InlineData("POST", "/api/fal/proxy")]
    [InlineData("PUT", "/api/fal/proxy")]
    [InlineData("DELETE", "/v1/serverless/apps/atelier/echo/queue")]
    public async Task A_preflight_is_answered_without_a_key(string method, string path)
    {
        using var response = await PreflightAsync(method, path);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal("GET, HEAD, POST, PUT, PATCH, DELETE", Header(response, "Access-Control-Allow-Methods"));
        Assert.Equal("authorization,x-fal-anything", Header(response, "Access-Control-Allow-Headers"));
        Assert.Equal("7200", Header(response, "Access-Control-Max-Age"));
        Assert.Null(Header(response, "Access-Control-Allow-Credentials"));
        Assert.Null(Header(response, "Access-Control-Allow-Private-Network"));
    }

    [Theory]
    [InlineData("POST", "/v1/keys")]
    [InlineData("GET", "/v1/keys")]
    [InlineData("DELETE", "/v1/keys/abc")]
    [InlineData("DELETE", "/v1/models/requests/1/payloads")]
    [InlineData("GET", "/v1/models/usage")]
    [InlineData("GET", "/v1/config")]
    [InlineData("POST", "/v1/server/stop")]
    [InlineData("GET", "/v1/packs")]
    [InlineData("POST", "/v1/models/pull")]
    [InlineData("GET", "/health")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/rest.fal.ai/storage/runner/fetch")]
    public async Task Routes_of_the_operator_stay_closed_to_pages(string method, string path)
    {
        using var preflight = await PreflightAsync(method, path);
        Assert.Equal(HttpStatusCode.Forbidden, preflight.StatusCode);
        Assert.Null(Header(preflight, "Access-Control-Allow-Origin"));

        if (path is not "/v1/server/stop")
        {
            using var response = await _server.SendAsync(new(method), path, headers: ("Origin", Page));
            Assert.Null(Header(response, "Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task An_answer_shows_its_headers_to_the_page()
    {
        using var response = await _server.SendAsync(HttpMethod.Post, "/fal.run/atelier/echo", """{"a":1}""", headers: ("Origin", Page));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
        var exposed = Header(response, "Access-Control-Expose-Headers")!.Split(", ");
        foreach (var name in (string[])["x-fal-request-id", "x-fal-billable-units", "x-fal-error-type", "x-fal-request-timeout-type", "x-fal-retryable", "etag"])
        {
            Assert.Contains(name, exposed);
        }
    }

    [Theory]
    [InlineData("/fal.run/acme/none", 404)]
    [InlineData("/api/fal/proxy", 400)]
    public async Task A_page_can_read_errors(string path, int status)
    {
        using var response = await _server.SendAsync(HttpMethod.Post, path, "{}", headers: ("Origin", Page));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_page_can_read_that_its_key_is_wrong_or_its_body_too_large_or_the_host_not_ours()
    {
        await using var small = await TestServer.StartAsync(new() { ["json_body_max_bytes"] = "1024" });
        using var key = await small.SendAsync(HttpMethod.Post, "/fal.run/atelier/echo", "{}", "Key a:b", ("Origin", Page));
        using var body = await small.SendAsync(
            HttpMethod.Post, "/fal.run/atelier/echo", $$"""{"a":"{{new string('x', 5000)}}"}""", headers: ("Origin", Page));
        using var host = await small.SendAsync(HttpMethod.Post, "/fal.run/atelier/echo", "{}", null, ("Origin", Page), ("Host", "other.example"));

        Assert.Equal([401, 413, 421], [(int)key.StatusCode, (int)body.StatusCode, (int)host.StatusCode]);
        Assert.All((HttpResponseMessage[])[key, body, host], answer => Assert.Equal("*", Header(answer, "Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task A_file_says_it_to_an_image_tag_too_because_the_browser_keeps_the_answer()
    {
        using var response = await _server.SendAsync(HttpMethod.Get, "/files/b/00000000/000000000000000000000000_x.png");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_program_gets_no_such_headers()
    {
        using var response = await _server.SendAsync(HttpMethod.Post, "/fal.run/atelier/echo", "{}");

        Assert.Null(Header(response, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task OPTIONS_that_is_no_preflight_is_not_allowed()
    {
        using var response = await _server.SendAsync(HttpMethod.Options, "/fal.run/atelier/echo");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    async Task<HttpResponseMessage> PreflightAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", Page);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", "authorization,x-fal-anything");
        request.Headers.Add("Access-Control-Request-Private-Network", "true");
        return await _server.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}

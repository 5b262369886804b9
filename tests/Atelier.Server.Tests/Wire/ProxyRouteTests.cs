using System.Net;
using Atelier.Server.Keys;
using Atelier.Tests.Server.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Tests.Server.Wire;

/// <summary>Protocol §20 as this server answers it: one route, dispatched by <c>x-fal-target-url</c>.</summary>
public sealed class ProxyRouteTests : IAsyncLifetime
{
    const string Listed = "https://app.example.org";

    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(new() { ["proxy_origins"] = Listed });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("POST", "https://fal.run/atelier/echo", 200)]
    [InlineData("GET", "https://fal.run/atelier/echo?a=1", 200)]
    [InlineData("POST", "https://queue.fal.run/atelier/echo", 200)]
    [InlineData("GET", "https://queue.fal.run/atelier/echo/requests/none/status", 404)]
    [InlineData("PUT", "https://queue.fal.run/atelier/echo/requests/none/cancel", 404)]
    [InlineData("POST", "https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3", 200)]
    [InlineData("POST", "https://rest.alpha.fal.ai/storage/upload/initiate", 200)]
    [InlineData("GET", "https://api.fal.ai/v1/models", 200)]
    [InlineData("GET", "https://fal.ai/api/openapi/queue/openapi.json?endpoint_id=atelier/echo", 200)]
    [InlineData("GET", "https://mcp.fal.ai/mcp", 404)]
    public async Task Every_service_is_reached_with_every_method(string method, string target, int status)
    {
        var body = method is "POST" ? """{"content_type":"text/plain","file_name":"a.txt"}""" : null;
        using var response = await SendAsync(_server, method, target, body, $"Key {_server.Key}");

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_method_that_the_proxy_does_not_take_is_405()
    {
        using var response = await SendAsync(_server, "REPORT", "https://fal.run/atelier/echo", null, $"Key {_server.Key}");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("GET, HEAD, POST, PUT, PATCH, DELETE", string.Join(", ", response.Content.Headers.Allow));
    }

    [Fact]
    public async Task A_body_that_is_no_JSON_is_415()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/fal/proxy") { Content = new StringContent("a=1", null, "text/plain") };
        request.Headers.Add("x-fal-target-url", "https://fal.run/atelier/echo");
        request.Headers.TryAddWithoutValidation("Authorization", $"Key {_server.Key}");
        using var response = await _server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task The_status_and_the_request_id_of_a_failure_reach_the_caller()
    {
        using var response = await SendAsync(
            _server, "POST", "https://fal.run/atelier/echo", """{"delay_ms":"soon"}""", $"Key {_server.Key}");

        Assert.Equal(HttpStatusCode.UnprocessableContent, response.StatusCode);
        Assert.True(response.Headers.Contains("x-fal-request-id"));
    }

    [Theory]
    [InlineData("POST", "https://fal.run/atelier/echo", 200)]
    [InlineData("POST", "https://queue.fal.run/atelier/echo", 200)]
    [InlineData("POST", "https://rest.fal.ai/storage/upload/initiate", 200)]
    [InlineData("GET", "https://api.fal.ai/v1/keys", 401)]
    [InlineData("POST", "https://api.fal.ai/v1/server/stop", 401)]
    [InlineData("GET", "https://api.fal.ai/v1/packs", 401)]
    [InlineData("GET", "https://fal.run/../api.fal.ai/v1/keys", 404)]
    [InlineData("GET", "https://rest.fal.ai/storage/upload/..%2f..%2fstorage/runner/fetch", 404)]
    public async Task A_page_of_a_listed_origin_runs_models_without_a_key_and_nothing_else(string method, string target, int status)
    {
        var body = method is "POST" ? """{"content_type":"text/plain","file_name":"a.txt"}""" : null;
        using var response = await SendAsync(_server, method, target, body, null, ("Origin", Listed));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Keyless_pages_count_as_a_key_of_their_own_that_can_do_no_more_than_run()
    {
        using var response = await SendAsync(_server, "POST", "https://fal.run/atelier/echo", "{}", null, ("Origin", Listed));
        var keys = _server.Services.GetRequiredService<KeyRing>();

        Assert.Equal("API", Assert.Single(keys.Keys, key => key.KeyId is "proxy-pages").Scope);
        Assert.Equal(keys.Get("proxy-pages"), keys.ForPages());
        Assert.True(keys.Revoke("proxy-pages"));
        using var again = await SendAsync(_server, "POST", "https://fal.run/atelier/echo", "{}", null, ("Origin", Listed));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task What_a_keyless_page_submitted_it_can_fetch()
    {
        using var submitted = await SendAsync(_server, "POST", "https://queue.fal.run/atelier/echo", """{"a":1}""", null, ("Origin", Listed));
        var id = submitted.Headers.GetValues("x-fal-request-id").Single();
        using var status = await SendAsync(
            _server, "GET", $"https://queue.fal.run/atelier/echo/requests/{id}/status", null, null, ("Origin", Listed));

        Assert.InRange((int)status.StatusCode, 200, 202);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "https://app.example.org.evil.example")]
    [InlineData("Origin", "http://app.example.org")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("X-Nothing", "1")]
    public async Task Other_keyless_callers_are_401(string header, string value)
    {
        using var response = await SendAsync(_server, "POST", "https://fal.run/atelier/echo", "{}", null, (header, value));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_wrong_key_is_not_replaced_by_the_origin()
    {
        using var response = await SendAsync(_server, "POST", "https://fal.run/atelier/echo", "{}", "Key a:b", ("Origin", Listed));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Without_the_setting_no_origin_is_enough_and_outside_the_proxy_none_ever_is()
    {
        await using var plain = await TestServer.StartAsync();
        using var proxied = await SendAsync(plain, "POST", "https://fal.run/atelier/echo", "{}", null, ("Origin", Listed));
        using var direct = new HttpRequestMessage(HttpMethod.Get, "/fal.run/atelier/echo");
        direct.Headers.Add("Origin", Listed);
        using var answer = await _server.Http.SendAsync(direct, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, proxied.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("app.example.org")]
    [InlineData("https://app.example.org/")]
    public async Task A_setting_that_is_no_origin_stops_the_start(string origin)
    {
        var fault = await Assert.ThrowsAsync<Atelier.Server.Hosting.ConfigurationException>(
            () => TestServer.StartAsync(new() { ["proxy_origins"] = origin }));

        Assert.StartsWith("proxy.origins:", fault.Message, StringComparison.Ordinal);
    }

    static async Task<HttpResponseMessage> SendAsync(
        TestServer server, string method, string target, string? body, string? key, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), "/api/fal/proxy");
        request.Headers.Add("x-fal-target-url", target);
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", key);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        }

        return await server.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}

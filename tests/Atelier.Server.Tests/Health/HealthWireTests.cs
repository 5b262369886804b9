using System.Net;
using Atelier.Server.Hosting;
using Atelier.Tests.Server.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Tests.Server.Health;

public sealed class HealthWireTests : IAsyncLifetime
{
    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_draining_server_is_alive_but_not_ready()
    {
        Assert.Equal((HttpStatusCode.OK, """{"status":"ready"}"""), await GetAsync("/health/ready"));

        _server.Services.GetRequiredService<ServerState>().MarkDraining(TimeSpan.FromSeconds(8));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"status":"stopping"}"""), await GetAsync("/health/ready"));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/health")).Status);
    }

    [Fact]
    public async Task Metrics_are_prometheus_text()
    {
        var (status, text) = await GetAsync("/metrics");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("# TYPE dotnet_gc_collections_total counter", text, StringComparison.Ordinal);
    }

    async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        using var response = await _server.Http.GetAsync(path, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}

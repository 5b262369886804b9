using System.Collections.Concurrent;
using System.Text;
using Atelier.Tests.Server.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Atelier.Tests.Server.Health;

public sealed class TelemetryTests
{
    [Fact]
    public async Task A_collector_gets_metrics_and_traces_as_protobuf_and_no_key()
    {
        ConcurrentDictionary<string, string> received = new();
        await using var collector = await CollectAsync(received);
        var server = await TestServer.StartAsync(new() { ["otlp_endpoint"] = collector.Urls.First() });
        using var answer = await server.SendAsync(HttpMethod.Post, "/fal.run/atelier/echo", """{"prompt":"a-secret-prompt"}""");
        Assert.True(answer.IsSuccessStatusCode);

        // Stopping sends what is left.
        await server.DisposeAsync();

        Assert.Contains("atelier", received["/v1/metrics application/x-protobuf"], StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", received["/v1/metrics application/x-protobuf"], StringComparison.Ordinal);
        Assert.Contains("Microsoft.AspNetCore.Hosting.HttpRequestIn", received["/v1/traces application/x-protobuf"], StringComparison.Ordinal);
        Assert.All(received.Values, body => Assert.DoesNotContain(server.Key.Secret, body, StringComparison.Ordinal));
        Assert.All(received.Values, body => Assert.DoesNotContain("a-secret-prompt", body, StringComparison.Ordinal));
    }

    static async Task<WebApplication> CollectAsync(ConcurrentDictionary<string, string> received)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var collector = builder.Build();
        collector.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.Latin1);
            var text = await reader.ReadToEndAsync(context.RequestAborted);
            received.AddOrUpdate($"{context.Request.Path} {context.Request.ContentType}", text, (_, before) => before + text);
        });
        await collector.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }
}

using System.Collections.Concurrent;
using Atelier.Proxy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Atelier.Tests.Proxy;

/// <summary>A request as the upstream saw it.</summary>
sealed record Seen(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>An app with the proxy, and behind it a scripted upstream; both on loopback.</summary>
sealed class Stage : IAsyncDisposable
{
    readonly WebApplication _upstream;
    readonly WebApplication _app;

    Stage(WebApplication upstream, WebApplication app)
    {
        (_upstream, _app) = (upstream, app);
        Http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new(app.Urls.First()) };
    }

    public HttpClient Http { get; }

    public ConcurrentQueue<Seen> Calls { get; } = new();

    /// <summary>What the upstream answers after it has read the body.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => context.Response.WriteAsync("{}");

    /// <summary>Answers instead of all that, before the body is read.</summary>
    public Func<HttpContext, Task>? Handle { get; set; }

    public static async Task<Stage> StartAsync(Action<FalProxyOptions>? configure = null, bool reachable = true)
    {
        Stage? stage = null;
        var upstream = Build();
        upstream.Run(context => stage!.ServeAsync(context));
        await upstream.StartAsync();
        var app = Build();
        app.MapFalProxy(configure: options =>
        {
            options.BaseUrl = new(reachable ? upstream.Urls.First() : "http://127.0.0.1:1");
            options.Key = "ours:secret";
            options.AllowAnonymous = true;
            configure?.Invoke(options);
        });
        await app.StartAsync();
        return stage = new(upstream, app);
    }

    public async Task<HttpResponseMessage> SendAsync(
        string method, string? target, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), "/api/fal/proxy") { Content = content };
        if (target is not null)
        {
            request.Headers.Add("x-fal-target-url", target);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    async Task ServeAsync(HttpContext context)
    {
        if (Handle is { } handle)
        {
            await handle(context);
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Calls.Enqueue(new(context.Request.Method, context.Request.Path + context.Request.QueryString, headers, body.ToArray()));
        await Answer(context);
    }

    static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }
}

using Atelier.Server;
using Atelier.Server.Hosting;
using Atelier.Server.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Tests.Server.Support;

/// <summary>The whole gateway in this process, on a free loopback port, with a data folder of its own.</summary>
public sealed class TestServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly DataFolder _folder;

    TestServer(WebApplication app, DataFolder folder, ApiKey key)
    {
        (_app, _folder, Key) = (app, folder, key);
        Url = app.Urls.First().TrimEnd('/');
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = new Uri(Url) };
    }

    /// <summary>An ADMIN key.</summary>
    public ApiKey Key { get; }

    public string Url { get; }

    /// <summary>Sends no key by itself.</summary>
    public HttpClient Http { get; }

    /// <summary>All addresses; the plain one comes first.</summary>
    public IReadOnlyCollection<string> Urls => [.. _app.Urls];

    public IServiceProvider Services => _app.Services;

    public string DataRoot => _folder.Root;

    public static async Task<TestServer> StartAsync(Dictionary<string, string>? settings = null, string? data = null)
    {
        var folder = DataFolder.Open(data ?? Directory.CreateTempSubdirectory("atelier-test-").FullName);
        Dictionary<string, string> flags = new(settings ?? []) { ["port"] = "0", ["log_level"] = "Error" };
        var app = await ServerProgram.BuildAsync(new Settings(new(flags, new Dictionary<string, string>(), new Dictionary<string, string>())), folder);
        var key = ApiKey.Create();
        app.Services.GetRequiredService<KeyRing>().Put(key, "test", "ADMIN");
        await app.StartAsync();
        app.Services.GetRequiredService<ServerState>().MarkReady();
        return new(app, folder, key);
    }

    /// <summary>One request with the key; the body is sent as JSON.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? body = null, string? key = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Authorization", key ?? $"Key {Key}");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        }

        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
        Directory.Delete(_folder.Root, recursive: true);
    }
}

using Atelier.Server.Calls;
using Atelier.Server.Outbound;
using Atelier.Server.Storage;
using Atelier.Server.Wire;
using Atelier.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Atelier.Server.Tests.Storage;

/// <summary>The storage slice alone behind a real Kestrel, with a hand-moved clock and a folder of its own.</summary>
sealed class StorageHost : IAsyncDisposable
{
    readonly WebApplication _app;

    StorageHost(WebApplication app, string dataFolder, ManualTime time) =>
        (_app, DataFolder, Time) = (app, dataFolder, time);

    public string DataFolder { get; }

    /// <summary>Ids of keys that are no more.</summary>
    public HashSet<string> Revoked { get; private init; } = [];

    public ManualTime Time { get; }

    public HttpClient Http { get; private set; } = null!;

    public string Url { get; private set; } = "";

    public FileStore Store => _app.Services.GetRequiredService<FileStore>();

    public ActiveCalls Calls => _app.Services.GetRequiredService<ActiveCalls>();

    public PartStore Parts => _app.Services.GetRequiredService<PartStore>();

    public Sweeper Sweeper => _app.Services.GetRequiredService<Sweeper>();

    public SignedTokens Tokens => _app.Services.GetRequiredService<SignedTokens>();

    public SaveFile SaveFile => _app.Services.GetRequiredService<SaveFile>();

    public string FilesFolder => Path.Combine(DataFolder, "files");

    /// <summary>Every file below the store's folder, as relative paths.</summary>
    public IReadOnlyList<string> OnDisk => [.. Directory
        .EnumerateFiles(FilesFolder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(FilesFolder, path))];

    public static async Task<StorageHost> StartAsync(
        Action<StorageOptions>? storage = null, Action<OutboundOptions>? outbound = null, string? dataFolder = null)
    {
        var time = new ManualTime();
        var folder = dataFolder ?? Directory.CreateTempSubdirectory("atelier-storage-").FullName;
        var storageOptions = new StorageOptions();
        storage?.Invoke(storageOptions);
        var outboundOptions = new OutboundOptions();
        outbound?.Invoke(outboundOptions);

        HashSet<string> revoked = [];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(time).AddSingleton<ActiveCalls>();
        builder.Services.AddSingleton<KeyAlias>(_ => keyId => revoked.Contains(keyId) ? null : keyId);
        builder.Services.AddStorage(storageOptions, folder).AddOutbound(outboundOptions);
        builder.Services.Configure<KestrelServerOptions>(options => options.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Use(SetFeatures);
        app.UseRouting();
        app.MapStorage();
        await app.StartAsync(TestContext.Current.CancellationToken);

        var url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new(app, folder, time)
        {
            Url = url,
            Revoked = revoked,
            Http = new() { BaseAddress = new(url) },
        };
    }

    /// <summary>Lists a running call, as a runner's call path does.</summary>
    public IDisposable BeginCall(string? lifecycle = null, string account = "local") =>
        Calls.Begin("request-1", "runner-token", new(account, Url, lifecycle));

    /// <summary>A request of the runner that has the call.</summary>
    public static HttpRequestMessage FromRunner(HttpMethod method, string path, HttpContent? content = null) =>
        new(method, "/rest.fal.ai/storage/runner" + path)
        {
            Headers = { { "Authorization", "Runner runner-token" }, { "x-fal-request-id", "request-1" } },
            Content = content,
        };

    /// <summary>Stops the server, which waits for the requests it has.</summary>
    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Directory.Delete(DataFolder, recursive: true);
    }

    // What the gateway's middleware does: our own paths become the canonical ones, a key becomes a caller.
    static Task SetFeatures(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var url = $"{request.Scheme}://{request.Host}";
        context.Features.Set(new WireTarget("rest.fal.ai", url, url, url));
        if (request.Headers.Authorization is [{ } key] && key.StartsWith("Key ", StringComparison.Ordinal))
        {
            var keyId = key[4..key.IndexOf(':', StringComparison.Ordinal)];
            context.Features.Set(new Caller(keyId is "stranger" ? "elsewhere" : "local", keyId, IsAdmin: false));
        }

        if (request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
        {
            request.Path = "/api.fal.ai" + request.Path;
        }
        else if (request.Path.StartsWithSegments("/upload", StringComparison.Ordinal))
        {
            request.Path = "/v3.fal.media" + request.Path;
        }
        else if (request.Path.StartsWithSegments("/files", StringComparison.Ordinal))
        {
            request.Path = "/v3.fal.media" + request.Path;
        }
        else if (request.Path.StartsWithSegments("/storage", StringComparison.Ordinal))
        {
            request.Path = "/rest.fal.ai" + request.Path;
        }

        return next(context);
    }
}

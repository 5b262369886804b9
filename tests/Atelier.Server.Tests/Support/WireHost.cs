using System.Net;
using System.Net.Sockets;
using System.Text;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Catalog;
using Atelier.Server.Dispatch;
using Atelier.Server.Hosting;
using Atelier.Server.Outbound;
using Atelier.Server.Queue;
using Atelier.Server.Run;
using Atelier.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Atelier.Tests.Server.Support;

/// <summary>The queue's routes, sync runs and the catalogue over the real store and a scripted runner, on loopback.</summary>
sealed class WireHost : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly string _folder;

    WireHost(WebApplication app, string folder, ScriptedRunner runner)
    {
        (_app, _folder, Runner) = (app, folder, runner);
        Url = app.Urls.First().TrimEnd('/');
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(Url) };
    }

    public ScriptedRunner Runner { get; }

    public string Url { get; }

    public HttpClient Http { get; }

    public ServerState State => _app.Services.GetRequiredService<ServerState>();

    public int OpenStatusStreams => _app.Services.GetRequiredService<StatusStreams>().Open;

    public IQueueStore Store => _app.Services.GetRequiredService<IQueueStore>();

    /// <summary>The slots of <c>acme/paint</c>.</summary>
    public AppSlots Slots => _app.Services.GetRequiredService<AppDirectory>().FindApp(TestApps.Paint)!.Slots;

    public static async Task<WireHost> StartAsync(
        TimeProvider? time = null, QueueOptions? queue = null, RunOptions? run = null, int slots = 4, bool exactOnly = false,
        bool dispatch = true, Func<IQueueStore, IQueueStore>? wrap = null, ServerOptions? server = null)
    {
        var folder = Directory.CreateTempSubdirectory("atelier-wire-").FullName;
        var clock = time ?? TimeProvider.System;
        IQueueStore store = await SqliteQueueStore.OpenAsync(
            new() { Path = Path.Combine(folder, "queue.db"), BlobFolder = Path.Combine(folder, "blobs"), InstanceId = "test" },
            clock, CancellationToken.None);
        var runner = new ScriptedRunner();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 1024 * 1024);
        builder.Services.AddSingleton(clock).AddSingleton(new ServerState(clock)).AddSingleton(wrap?.Invoke(store) ?? store)
            .AddSingleton(TestApps.Directory(runner, exactOnly, slots)).AddSingleton<WireFaults>().AddSingleton(server ?? new())
            .AddSingleton(new CallbackTargets(new([])))
            .AddCalls().AddQueueRoutes(queue ?? new()).AddRun(run ?? new()).AddCatalog(TestCatalog.Folder());
        if (dispatch)
        {
            builder.Services.AddDispatch(new(TimeSpan.FromSeconds(8)));
        }

        var app = builder.Build();
        app.Use(app.Services.GetRequiredService<WireFaults>().InvokeAsync);
        app.Use((context, next) =>
        {
            var own = $"http://{context.Request.Host}";
            context.Features.Set(new WireTarget("", $"{own}/queue.fal.run", own, $"{own}/rest.fal.ai"));
            context.Features.Set(new Caller(
                context.Request.Headers["x-test-account"] is [{ } account] ? account : "local", "key", IsAdmin: false,
                ByToken: context.Request.Headers.Authorization.Count == 0 && context.Request.Query.ContainsKey(AcceptsToken.Parameter)));
            return next(context);
        });
        app.UseRouting();
        app.MapQueueRoutes();
        app.MapRun();
        app.MapCatalog();
        await app.StartAsync();
        return new(app, folder, runner);
    }

    /// <summary>One request; the answer with its whole body.</summary>
    public async Task<WireAnswer> SendAsync(string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.Concat(response.Content.Headers).ToDictionary(
                header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Submits to <c>acme/paint</c> and gives the request id.</summary>
    public async Task<string> SubmitAsync(string body = """{"prompt":"x"}""", params (string Name, string Value)[] headers)
    {
        var answer = await SendAsync("POST", "/queue.fal.run/acme/paint", body, headers);
        Assert.Equal(200, answer.Status);
        return answer.Headers["x-fal-request-id"];
    }

    /// <summary>Waits for the request's completion on the store's signal.</summary>
    public Task CompletedAsync(string id) => Store.CompletionAsync(id, TestContext.Current.CancellationToken);

    /// <summary>A connection of hand-written bytes.</summary>
    public async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(Url).Port, TestContext.Current.CancellationToken);
        return new(socket, ownsSocket: true);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>An answer as it came.</summary>
sealed record WireAnswer(int Status, string Body, IReadOnlyDictionary<string, string> Headers);

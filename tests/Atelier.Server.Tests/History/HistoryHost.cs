using System.Text;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.History;
using Atelier.Server.Hosting;
using Atelier.Server.Wire;
using Atelier.Tests.Server.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Atelier.Tests.Server.History;

/// <summary>The history's routes over the real store, with a hand-moved clock.</summary>
sealed class HistoryHost : IAsyncDisposable
{
    const string V1 = "/api.fal.ai/v1";

    readonly WebApplication _app;
    readonly string _folder;
    readonly HttpClient _http;

    HistoryHost(WebApplication app, string folder, ManualTime time, List<string> deleted)
    {
        (_app, _folder, Time, Deleted) = (app, folder, time, deleted);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public ManualTime Time { get; }

    /// <summary>Files that were asked to be deleted.</summary>
    public List<string> Deleted { get; }

    public IQueueStore Store => _app.Services.GetRequiredService<IQueueStore>();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<HistoryHost> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("atelier-history-").FullName;
        var time = new ManualTime();
        var store = await SqliteQueueStore.OpenAsync(
            new() { Path = Path.Combine(folder, "queue.db"), BlobFolder = Path.Combine(folder, "blobs"), InstanceId = "test" },
            time, CancellationToken.None);
        List<string> deleted = [];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(time).AddSingleton<IQueueStore>(_ => store).AddSingleton(new ServerOptions())
            .AddSingleton(TestApps.Directory(new ScriptedRunner())).AddHistory()
            .AddSingleton<KeyAlias>(_ => id => id is "gone" ? null : $"alias of {id}")
            .AddSingleton<DeleteFile>(_ => (rights, url, _) =>
            {
                if (!url.StartsWith(rights.FilesBaseUrl, StringComparison.Ordinal))
                {
                    return null;
                }

                deleted.Add(url);
                return new(url, url.EndsWith("stuck", StringComparison.Ordinal) ? "It is stuck." : null);
            });
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Features.Set(new WireTarget("", "http://here/queue.fal.run", "http://here", "http://here/rest.fal.ai"));
            context.Features.Set(new Caller("local", "key", true));
            return next(context);
        });
        app.UseRouting();
        app.MapHistory();
        await app.StartAsync();
        return new(app, folder, time, deleted);
    }

    /// <summary>A request below <c>/v1</c>, or at a whole path: status and body.</summary>
    public async Task<(int Status, string Body)> SendAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method), path.StartsWith("/rest", StringComparison.Ordinal) ? path : V1 + path);
        using var response = await _http.SendAsync(request, Stop);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }

    public async Task<string> GetAsync(string path)
    {
        var (status, body) = await SendAsync("GET", path);
        Assert.True(status is 200, $"{path}: {status} {body}");
        return body;
    }

    /// <summary>A finished request that ends now: its number becomes its id.</summary>
    public async Task<string> RecordAsync(
        int number, string endpoint = "acme/paint", int status = 200, double seconds = 0, string answer = "{}", string input = "{}",
        double? units = null, string key = "key", string? errorType = null)
    {
        var id = $"019a0000-0000-7000-8000-{number:000000000000}";
        var job = new NewJob
        {
            Id = id,
            AccountId = "local",
            KeyId = key,
            App = endpoint,
            Endpoint = endpoint,
            Input = Encoding.UTF8.GetBytes(input),
        };
        await Store.RecordAsync(
            job, Time.GetUtcNow() - TimeSpan.FromSeconds(seconds),
            new StoredAnswer(status, Encoding.UTF8.GetBytes(answer), "{}", errorType) { BillableUnits = units }, new(), Stop);
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

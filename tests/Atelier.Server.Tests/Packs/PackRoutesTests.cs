using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Atelier.Protocol.Apps;
using Atelier.Server.Calls;
using Atelier.Server.Packs;
using Atelier.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Atelier.Server.Tests.Packs.Support.Workbench;

namespace Atelier.Server.Tests.Packs;

public sealed class PackRoutesTests
{
    static readonly byte[] Net = Tarball(("package/model.onnx", "weights"));

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"pack":"demo"}""")]
    [InlineData("""{"endpoint_id":"atelier/demo/fast"}""")]
    [InlineData("""{"endpoint_id":"atelier/demo"}""")]
    public async Task A_pull_tells_its_progress_line_by_line_and_ends_with_done(string body)
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(bench.Publish(Net, Wanted("model.onnx", "weights")));
        await using var app = await HostAsync(store);
        var lines = await PullAsync(app, body);

        Assert.Equal($$"""{"pack":"demo","bytes":{{Net.Length}},"total":{{Net.Length}}}""", lines[^3]);
        Assert.Equal("""{"done":true,"packs":["demo"]}""", lines[^2]);
        Assert.Equal("", lines[^1]);
    }

    [Fact]
    public async Task A_failed_pull_ends_with_its_sentence()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(Pack("demo", Net, Wanted("model.onnx", "weights")));
        await using var app = await HostAsync(store);
        var last = JsonNode.Parse((await PullAsync(app, """{"pack":"demo"}"""))[^2])!;

        Assert.Equal(
            $"The pack demo ({PackSize.Text(Net.Length)}) could not be pulled: the package registry has no demo. "
                + "To try again: atelier models pull demo",
            (string?)last["error"]);
    }

    [Theory]
    [InlineData("""{"pack":"nope"}""", 404, """{"detail":"Pack \"nope\" not found"}""")]
    [InlineData("""{"endpoint_id":"a/b"}""", 404, """{"detail":"Application \"a/b\" not found"}""")]
    [InlineData("{}", 400, null)]
    [InlineData("[", 400, null)]
    [InlineData("""{"pack":"demo","endpoint_id":"a/b"}""", 400, null)]
    public async Task What_cannot_be_pulled_is_refused_at_once(string body, int status, string? answer)
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(Pack("demo", Net, Wanted("model.onnx", "weights")));
        await using var app = await HostAsync(store);
        using var http = new HttpClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var got = await http.PostAsync(app.Urls.First() + "/api.fal.ai/v1/models/pull", content, Stop);

        Assert.Equal((HttpStatusCode)status, got.StatusCode);
        if (answer is not null)
        {
            Assert.Equal(
                JsonNode.Parse(answer)!["detail"]!.ToString(),
                JsonNode.Parse(await got.Content.ReadAsStringAsync(Stop))!["detail"]!.ToString());
        }
    }

    [Theory]
    [InlineData(false, HttpStatusCode.Forbidden)]
    [InlineData(true, HttpStatusCode.OK)]
    public async Task A_folder_to_pull_from_is_named_by_an_administrator_only(bool admin, HttpStatusCode status)
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(Pack("demo", Net, Wanted("model.onnx", "weights")));
        await using var app = await HostAsync(store, admin);
        using var http = new HttpClient();
        using var content = new StringContent("""{"pack":"demo","from":"/nowhere"}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(app.Urls.First() + "/api.fal.ai/v1/models/pull", content, Stop);

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task The_list_tells_what_is_installed_and_who_uses_it()
    {
        await using var bench = await StartAsync();
        using var store = bench.Store(Pack("demo", Net, Wanted("model.onnx", "weights")));
        await using var app = await HostAsync(store);
        using var http = new HttpClient();
        Assert.Equal(
            $$$"""
            {"packs":[{"name":"demo","version":"1","title":"A pack for a test","bytes":7,"download_bytes":{{{Net.Length}}},"installed":false,"license":{"code":"MIT"},"origin":"Made up.","used_by":["atelier/demo"],"test_only":false}]}
            """,
            await http.GetStringAsync(app.Urls.First() + "/api.fal.ai/v1/packs", Stop));
    }

    static async Task<string[]> PullAsync(WebApplication app, string body)
    {
        using var http = new HttpClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(app.Urls.First() + "/api.fal.ai/v1/models/pull", content, Stop);
        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType?.MediaType);
        return (await answer.Content.ReadAsStringAsync(Stop)).Split('\n');
    }

    static async Task<WebApplication> HostAsync(PackStore store, bool admin = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_ => store);
        builder.Services.AddSingleton(new AppDirectory([new HostedApp(Manifest(), new NoRunner())]));
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Use((context, next) =>
        {
            context.Features.Set(new Caller("local", "key", admin));
            return next(context);
        });
        app.MapPacks();
        await app.StartAsync(Stop);
        return app;
    }

    static AppManifest Manifest() => new()
    {
        App = "atelier/demo",
        Packs = ["demo"],
        Endpoints =
        [
            new()
            {
                Id = "atelier/demo/fast",
                Path = "/fast",
                Title = "Demo",
                Category = "other",
                Description = "For a test.",
                Input = [],
                Output = [],
            },
        ],
    };

    sealed class NoRunner : IRunner
    {
        public Task<RunnerOutcome> RunAsync(RunnerCall call, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<RunnerOutcome> StreamAsync(RunnerCall call, IAnswerStream stream, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<RunnerOutcome.Failed?> ConnectAsync(
            RunnerCall call, System.Net.WebSockets.WebSocket caller, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}

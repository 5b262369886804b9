using System.Text.Json.Nodes;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Catalog;

/// <summary>The whole gateway with the catalogue that is shipped.</summary>
public sealed class ShippedCatalogTests
{
    [Fact]
    public async Task Long_pages_and_short_ones_tell_the_same()
    {
        await using var server = await TestServer.StartAsync();

        var whole = await ModelsAsync(server, "?limit=1000");
        var paged = new List<JsonNode?>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await GetAsync(server, $"?limit=50&cursor={Uri.EscapeDataString(cursor)}");
            paged.AddRange(page["models"]!.AsArray());
            cursor = (string?)page["next_cursor"];
        }

        Assert.InRange(whole.Count, 363, 400);
        Assert.Equal(whole.Select(model => model!.ToJsonString()), paged.Select(model => model!.ToJsonString()));
        Assert.Equal(["fal-ai/esrgan", "fal-ai/imageutils/rembg"], whole.Take(2).Select(model => (string?)model!["endpoint_id"]));
    }

    [Theory]
    [InlineData("flux dev", "fal-ai/flux/dev")]
    [InlineData("[flux] schnell", "fal-ai/flux/schnell")]
    [InlineData("veo3", "fal-ai/veo3")]
    [InlineData("kokoro", "fal-ai/kokoro/american-english")]
    [InlineData("remove background", "fal-ai/rembg")]
    [InlineData("luma dream machine", "fal-ai/luma-dream-machine")]
    [InlineData("whisper", "fal-ai/whisper")]
    public async Task Words_find_the_model_that_a_person_means_first(string words, string id)
    {
        await using var server = await TestServer.StartAsync();

        var found = await ModelsAsync(server, $"?limit=1&q={Uri.EscapeDataString(words)}");

        Assert.Equal(id, (string?)Assert.Single(found)!["endpoint_id"]);
    }

    [Fact]
    public async Task A_model_that_fal_names_and_this_server_runs_is_one_entry_of_both()
    {
        await using var server = await TestServer.StartAsync();

        var model = Assert.Single(await ModelsAsync(server, "?endpoint_id=fal-ai/rembg"))!;

        Assert.Equal("like", (string?)model["metadata"]!["fidelity"]);
        Assert.Equal("""["background-removal","fast"]""", model["metadata"]!["tags"]!.ToJsonString());
        Assert.Equal("own", (string?)model["x-atelier"]!["schema"]);
    }

    [Fact]
    public async Task A_wildcard_is_listed_and_cannot_be_called()
    {
        await using var server = await TestServer.StartAsync();

        var model = Assert.Single(await ModelsAsync(server, "?endpoint_id=fal-ai/sora-2/*"))!;
        using var answer = await server.SendAsync(HttpMethod.Post, "/queue.fal.run/fal-ai/sora-2/*", "{}");

        Assert.Equal("family", (string?)model["metadata"]!["availability"]);
        Assert.Equal(404, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("atelier/echo/realtime", """{"type":"realtime","operationId":"EchoRealtime","config":{"buffering":null,"sessionTimeout":60,"maxBatchSize":1},"contentType":"application/msgpack","realtimeMode":"unary"}""")]
    [InlineData("atelier/echo/ws", """{"type":"websocket","operationId":"EchoWs"}""")]
    public async Task A_socket_has_its_protocol_in_place_of_the_queue_s_operations(string id, string protocol)
    {
        await using var server = await TestServer.StartAsync();

        var model = Assert.Single(await ModelsAsync(server, $"?endpoint_id={id}&expand=openapi-3.0"))!;

        Assert.Equal([$"/{id}"], model["openapi"]!["paths"]!.AsObject().Select(one => one.Key));
        Assert.Equal(protocol, model["openapi"]!["paths"]![$"/{id}"]!["x-fal-protocol"]!.ToJsonString());
    }

    static async Task<JsonArray> ModelsAsync(TestServer server, string query) => (await GetAsync(server, query))["models"]!.AsArray();

    static async Task<JsonNode> GetAsync(TestServer server, string query) =>
        JsonNode.Parse(await server.Http.GetStringAsync("/v1/models" + query, TestContext.Current.CancellationToken))!;
}

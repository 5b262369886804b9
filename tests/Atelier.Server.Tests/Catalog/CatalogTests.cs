using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Catalog;

public sealed class CatalogTests
{
    const string Models = "/api.fal.ai/v1/models";
    const string OpenApi = "/fal.ai/api/openapi/queue/openapi.json?endpoint_id=";

    static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_list_has_what_runs_here_first_and_no_diagnostics()
    {
        await using var host = await WireHost.StartAsync(new ManualTime(), dispatch: false);

        var answer = await host.SendAsync("GET", Models);

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            ["acme/paint", "acme/paint/fast", "workflows/acme/pipe", "far/flux/dev", "far/flux/dev/fill", "far/voice", "far/tuner", "far/group/*"],
            Ids(answer));
        Assert.StartsWith(
            """{"models":[{"endpoint_id":"acme/paint","metadata":{"display_name":"Paint","category":"text-to-image","description":"A prompt to a picture.","status":"active","tags":["commercial"],"updated_at":"2026-01-01T00:00:00Z","is_favorited":null,"thumbnail_url":"","model_url":"","license_type":"commercial","date":"2025-11-01T00:00:00Z","highlighted":false,"kind":"inference","pinned":false,"availability":"local","fidelity":"own","model":null},"x-atelier":{"callable":true,"schema":"own","released":"2025-11","fal_price":{"unit_price":0.02,"unit":"image","currency":"USD"}}},""",
            answer.Body, StringComparison.Ordinal);
        Assert.Contains(
            """{"endpoint_id":"far/flux/dev","metadata":{"display_name":"FLUX.1 [dev]","category":"text-to-image","description":"Draws what you describe","status":"active","tags":["featured","open-source"],"updated_at":"2026-03-04T00:00:00Z","is_favorited":null,"thumbnail_url":"","model_url":"https://fal.ai/models/far/flux/dev","date":"2026-02-01T00:00:00Z","highlighted":true,"kind":"inference","pinned":false,"availability":"upstream"},"x-atelier":{"callable":false,"schema":"full","released":"2026-02","facts":{"steps":28},"note":"Known well.","fal_price":{"unit_price":0.025,"unit":"megapixel","currency":"USD"}}}""",
            answer.Body, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"training\"", answer.Body, StringComparison.Ordinal);
        Assert.EndsWith(
            """,{"endpoint_id":"far/group/*","metadata":{"display_name":"Group","category":"text-to-video","description":"A family","status":"active","tags":[],"updated_at":"2026-03-04T00:00:00Z","is_favorited":null,"thumbnail_url":"","model_url":"","date":"2026-03-04T00:00:00Z","highlighted":false,"kind":"inference","pinned":false,"availability":"family"},"x-atelier":{"callable":false,"schema":"none"}}],"next_cursor":null,"has_more":false}""",
            answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?q=PAINT", "acme/paint,acme/paint/fast,workflows/acme/pipe")]
    [InlineData("?q=step%20paint", "acme/paint/fast")]
    [InlineData("?q=nothing", "")]
    [InlineData("?q=flux", "far/flux/dev,far/flux/dev/fill,far/voice")]
    [InlineData("?q=flux%20fill", "far/flux/dev/fill")]
    [InlineData("?q=FLUX.1%20[dev]", "far/flux/dev,far/flux/dev/fill")]
    [InlineData("?q=open-source", "far/flux/dev")]
    [InlineData("?q=text%20to%20speech", "far/voice")]
    [InlineData("?category=json", "workflows/acme/pipe")]
    [InlineData("?category=image-to-image", "far/flux/dev/fill")]
    [InlineData("?category=nothing", "")]
    [InlineData("?status=active&category=text-to-image", "acme/paint,acme/paint/fast,far/flux/dev,far/flux/dev/fill")]
    [InlineData("?status=deprecated", "far/old")]
    [InlineData("?status=deprecated&q=flux", "far/old")]
    [InlineData("?availability=local", "acme/paint,acme/paint/fast,workflows/acme/pipe")]
    [InlineData("?availability=family", "far/group/*")]
    [InlineData("?availability=family,upstream&q=flux", "far/flux/dev,far/flux/dev/fill,far/voice")]
    [InlineData("?availability=needs_weights", "")]
    [InlineData("?endpoint_id=acme/probe", "acme/probe")]
    [InlineData("?endpoint_id=far/old", "far/old")]
    [InlineData("?endpoint_id=far/group/*", "far/group/*")]
    [InlineData("?endpoint_id=acme/probe,acme/paint", "acme/paint,acme/probe")]
    [InlineData("?endpoint_id=acme/probe&endpoint_id=acme/paint,far/voice", "acme/paint,acme/probe,far/voice")]
    [InlineData("?limit=1", "acme/paint")]
    [InlineData("?limit=1&cursor=Mg==", "acme/paint/fast")]
    [InlineData("?limit=2&cursor=Mg==", "workflows/acme/pipe,far/flux/dev")]
    [InlineData("?limit=50&cursor=OTk5OTk5OTk5", "")]
    public async Task A_query_finds_what_it_means(string query, string ids)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        Assert.Equal(ids, string.Join(',', Ids(await host.SendAsync("GET", Models + query))));
    }

    [Fact]
    public async Task A_page_names_the_next_one()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("GET", Models + "?limit=2");

        Assert.EndsWith("],\"next_cursor\":\"Mg==\",\"has_more\":true}", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_asked_for_by_id_shows_what_really_runs_and_its_card()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("GET", Models + "?endpoint_id=acme/paint/fast&expand=openapi-3.0");

        var model = JsonNode.Parse(answer.Body)!["models"]![0]!;
        Assert.Equal("like", (string?)model["metadata"]!["fidelity"]);
        Assert.Equal("TinyPaint; q8; paint@1", (string?)model["metadata"]!["model"]);
        Assert.Equal("# Tiny paint", (string?)model["metadata"]!["card"]);
        Assert.Equal("3.0.4", (string?)model["openapi"]!["openapi"]);
    }

    [Theory]
    [InlineData("?endpoint_id=acme/paint,nope/x", 404, "not_found", "Model \\\"nope/x\\\" not found")]
    [InlineData("?limit=0", 400, "validation_error", "limit must be a whole number from 1 to 1000")]
    [InlineData("?limit=many", 400, "validation_error", "limit must be a whole number from 1 to 1000")]
    [InlineData("?cursor=!!", 400, "validation_error", "cursor must be a next_cursor of an earlier answer")]
    [InlineData("?cursor=MA==", 400, "validation_error", "cursor must be a next_cursor of an earlier answer")]
    [InlineData("?status=gone", 400, "validation_error", "status must be one of active, deprecated")]
    [InlineData("?endpoint_id=x/1,x/2,x/3,x/4,x/5,x/6,x/7,x/8,x/9,x/10,x/11,x/12,x/13,x/14,x/15,x/16,x/17,x/18,x/19,x/20,x/21,x/22,x/23,x/24,x/25,x/26,x/27,x/28,x/29,x/30,x/31,x/32,x/33,x/34,x/35,x/36,x/37,x/38,x/39,x/40,x/41,x/42,x/43,x/44,x/45,x/46,x/47,x/48,x/49,x/50,x/51", 400, "validation_error", "endpoint_id takes at most 50 values of 1024 characters")]
    [InlineData("?availability=here", 400, "validation_error", "availability must be one of local, needs_weights, upstream, family")]
    [InlineData("?expand=all", 400, "validation_error", "expand must be one of openapi-3.0, enterprise_status")]
    public async Task A_bad_query_is_refused_in_the_platforms_shape(string query, int status, string type, string message)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("GET", Models + query);

        Assert.Equal(status, answer.Status);
        Assert.Equal($$$"""{"error":{"type":"{{{type}}}","message":"{{{message}}}"}}""", answer.Body);
    }

    [Fact]
    public async Task With_exact_other_nets_are_not_listed()
    {
        await using var host = await WireHost.StartAsync(exactOnly: true, dispatch: false);

        Assert.Equal(["acme/paint", "workflows/acme/pipe"], Ids(await host.SendAsync("GET", Models + "?availability=local")));
        Assert.Equal(404, (await host.SendAsync("GET", Models + "?endpoint_id=acme/paint/fast")).Status);
        Assert.Equal(404, (await host.SendAsync("GET", OpenApi + "acme/paint/fast")).Status);
    }

    [Fact]
    public async Task The_openapi_document_is_the_golden_one()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("GET", OpenApi + "workflows/acme/pipe");

        var golden = await File.ReadAllTextAsync(
            Path.Combine(Here(), "Golden", "openapi.json"), TestContext.Current.CancellationToken);
        var document = JsonNode.Parse(answer.Body)!;
        Assert.Equal($"{host.Url}/queue.fal.run", (string?)document["servers"]![0]!["url"]);
        document["servers"]![0]!["url"] = "https://queue.fal.run";
        Assert.Equal(golden.ReplaceLineEndings("\n").Trim(), document.ToJsonString(Indented).ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task The_openapi_document_of_an_unknown_model_is_404()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("GET", OpenApi + "nope/x");

        Assert.Equal(404, (await host.SendAsync("GET", OpenApi)).Status);
        Assert.Equal((404, """{"detail":"Application \"nope/x\" not found"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_model_of_fal_has_the_schemas_of_the_catalogue_in_openapi_3_0()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var document = JsonNode.Parse((await host.SendAsync("GET", OpenApi + "far/flux/dev")).Body)!;

        Assert.Equal(["QueueStatus", "FluxDevInput", "FluxDevOutput", "Size"], document["components"]!["schemas"]!.AsObject().Select(schema => schema.Key));
        Assert.Equal(
            """{"prompt":{"type":"string"},"size":{"anyOf":[{"$ref":"#/components/schemas/Size"}],"title":"Size","nullable":true},"seed":{"type":"integer","title":"Seed","default":null,"nullable":true}}""",
            document["components"]!["schemas"]!["FluxDevInput"]!["properties"]!.ToJsonString());
    }

    [Fact]
    public async Task Without_schemas_of_its_own_a_model_gets_a_marked_sketch_of_its_family_or_says_that_there_are_none()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var sketch = JsonNode.Parse((await host.SendAsync("GET", OpenApi + "far/flux/dev/fill")).Body)!;
        var none = await host.SendAsync("GET", OpenApi + "far/voice");
        var list = JsonNode.Parse((await host.SendAsync("GET", Models + "?endpoint_id=far/voice&expand=openapi-3.0,enterprise_status")).Body)!;

        Assert.Equal("""{"callable":false,"sketch":true}""", sketch["info"]!["x-atelier"]!.ToJsonString());
        Assert.NotNull(sketch["components"]!["schemas"]!["FluxDevFillInput"]!["properties"]!["image_url"]);
        Assert.Equal((404, """{"detail":"The schema of \"far/voice\" is not known to this server."}"""), (none.Status, none.Body));
        Assert.Equal(
            """{"error":{"code":"schema_not_available","message":"The schema of \"far/voice\" is not known to this server."}}""",
            list["models"]![0]!["openapi"]!.ToJsonString(Compact));
        Assert.Equal("not_available", (string?)list["models"]![0]!["enterprise_status"]!["error"]!["code"]);
    }

    [Theory]
    [InlineData("acme/talk/stream", "acme/talk/stream")]
    [InlineData("acme/talk/live", "acme/talk/live/stream")]
    [InlineData("acme/paint", null)]
    public async Task What_answers_a_stream_tells_where(string id, string? path)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var model = JsonNode.Parse((await host.SendAsync("GET", $"{Models}?endpoint_id={id}")).Body)!["models"]![0]!;

        Assert.Equal(path is null ? null : $"{host.Url}/fal.run/{path}", (string?)model["metadata"]!["stream_url"]);
    }

    [Fact]
    public async Task Categories_are_counted()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("GET", Models + "/categories");

        Assert.Equal(
            """{"categories":[{"category":"text-to-image","count":3,"runs_here":2},{"category":"image-to-image","count":1,"runs_here":0},{"category":"json","count":1,"runs_here":1},{"category":"text-to-speech","count":1,"runs_here":0},{"category":"text-to-video","count":1,"runs_here":0},{"category":"training","count":1,"runs_here":0}]}""",
            answer.Body);
    }

    static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    static string[] Ids(WireAnswer answer) =>
        [.. JsonNode.Parse(answer.Body)!["models"]!.AsArray().Select(model => (string)model!["endpoint_id"]!)];
}

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

    [Fact]
    public async Task The_list_has_every_model_but_diagnostics_in_the_order_of_ids()
    {
        await using var host = await WireHost.StartAsync(new ManualTime(), dispatch: false);

        var answer = await host.SendAsync("GET", Models);

        Assert.Equal(200, answer.Status);
        Assert.Equal(["acme/paint", "acme/paint/fast", "workflows/acme/pipe"], Ids(answer));
        Assert.StartsWith(
            """{"models":[{"endpoint_id":"acme/paint","metadata":{"display_name":"Paint","category":"text-to-image","description":"A prompt to a picture.","status":"active","tags":[],"updated_at":"2026-01-01T00:00:00Z","is_favorited":null,"thumbnail_url":"","model_url":"","date":"2026-01-01T00:00:00Z","highlighted":false,"kind":"inference","pinned":false,"fidelity":"own","model":null}},""",
            answer.Body, StringComparison.Ordinal);
        Assert.EndsWith("],\"next_cursor\":null,\"has_more\":false}", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?q=PAINT", "acme/paint,acme/paint/fast,workflows/acme/pipe")]
    [InlineData("?q=step%20paint", "acme/paint/fast")]
    [InlineData("?q=nothing", "")]
    [InlineData("?category=json", "workflows/acme/pipe")]
    [InlineData("?status=active&category=text-to-image", "acme/paint,acme/paint/fast")]
    [InlineData("?status=deprecated", "")]
    [InlineData("?endpoint_id=acme/probe", "acme/probe")]
    [InlineData("?endpoint_id=acme/probe,acme/paint", "acme/paint,acme/probe")]
    [InlineData("?endpoint_id=acme/probe&endpoint_id=acme/paint", "acme/paint,acme/probe")]
    [InlineData("?limit=1", "acme/paint")]
    [InlineData("?limit=1&cursor=Mg==", "acme/paint/fast")]
    [InlineData("?limit=2&cursor=Mg==", "workflows/acme/pipe")]
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
    [InlineData("?status=gone", 400, "validation_error", "status must be 'active' or 'deprecated'")]
    [InlineData("?expand=all", 400, "validation_error", "expand must be 'openapi-3.0' or 'enterprise_status', not 'all'")]
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

        Assert.Equal(["acme/paint", "workflows/acme/pipe"], Ids(await host.SendAsync("GET", Models)));
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

        Assert.Equal((404, """{"detail":"Application \"nope/x\" not found"}"""), (answer.Status, answer.Body));
    }


    static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    static string[] Ids(WireAnswer answer) =>
        [.. JsonNode.Parse(answer.Body)!["models"]!.AsArray().Select(model => (string)model!["endpoint_id"]!)];
}

using System.Text.Json.Nodes;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Catalog;

public sealed class SiteModelsTests
{
    const string Models = "/fal.ai/api/models";

    [Fact]
    public async Task The_older_list_has_the_shape_that_its_readers_parse()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("GET", Models + "?page=3&size=4");

        Assert.Equal(
            (200, """{"items":[{"id":"far/old","modelId":"far/old","title":"Old flux","category":"text-to-image","shortDescription":"Do not use","tags":[],"date":null,"thumbnailUrl":"","modelUrl":"https://fal.ai/models/far/old","modelLab":null,"modelFamily":null,"pricingInfoOverride":null,"deprecated":true,"removed":false}],"pages":3,"page":3,"size":4,"total":9}"""),
            (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("?categories=text-to-speech,training", "far/voice,far/tuner")]
    [InlineData("?keywords=flux%20fill", "far/flux/dev/fill")]
    [InlineData("?page=9", "")]
    public async Task It_is_filtered(string query, string ids)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var items = JsonNode.Parse((await host.SendAsync("GET", Models + query)).Body)!["items"]!.AsArray();

        Assert.Equal(ids, string.Join(',', items.Select(item => (string)item!["id"]!)));
    }

    [Theory]
    [InlineData("?page=0")]
    [InlineData("?size=1001")]
    [InlineData("?size=-1")]
    public async Task Bad_numbers_are_refused(string query)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        Assert.Equal(400, (await host.SendAsync("GET", Models + query)).Status);
    }
}

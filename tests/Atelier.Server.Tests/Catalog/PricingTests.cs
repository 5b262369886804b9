using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Catalog;

public sealed class PricingTests
{
    const string Pricing = "/api.fal.ai/v1/models/pricing";

    [Fact]
    public async Task What_runs_here_is_free_and_fal_s_price_is_told_beside_it()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("GET", Pricing + "?endpoint_id=acme/paint,acme/paint/fast&endpoint_id=far/flux/dev");

        Assert.Equal(
            (200, """{"prices":[{"endpoint_id":"acme/paint","unit_price":0,"unit":"image","currency":"USD","x-atelier":{"price_of":"this server","fal_price":{"unit_price":0.02,"unit":"image","currency":"USD"}}},{"endpoint_id":"acme/paint/fast","unit_price":0,"unit":"unit","currency":"USD","x-atelier":{"price_of":"this server"}},{"endpoint_id":"far/flux/dev","unit_price":0.025,"unit":"megapixel","currency":"USD","x-atelier":{"price_of":"fal","fal_price":{"unit_price":0.025,"unit":"megapixel","currency":"USD"}}}],"next_cursor":null,"has_more":false}"""),
            (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_price_that_nobody_knows_is_left_out()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("GET", Pricing + "?endpoint_id=far/voice");

        Assert.Equal((200, """{"prices":[],"next_cursor":null,"has_more":false}"""), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("", 400, "validation_error", "endpoint_id is required")]
    [InlineData("?endpoint_id=nope/x", 404, "not_found", "Model \\\"nope/x\\\" not found")]
    public async Task Bad_questions_are_refused(string query, int status, string type, string message)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("GET", Pricing + query);

        Assert.Equal((status, $$$"""{"error":{"type":"{{{type}}}","message":"{{{message}}}"}}"""), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("""{"estimate_type":"unit_price","endpoints":{"far/flux/dev":{"unit_quantity":50},"acme/paint":{"unit_quantity":9}}}""", """{"estimate_type":"unit_price","total_cost":1.25,"currency":"USD"}""")]
    [InlineData("""{"estimate_type":"unit_price","endpoints":{"far/flux/dev":{"unit_quantity":1e-6}}}""", """{"estimate_type":"unit_price","total_cost":0.000000025,"currency":"USD"}""")]
    [InlineData("""{"estimate_type":"historical_api_price","endpoints":{"acme/paint":{"call_quantity":100}}}""", """{"estimate_type":"historical_api_price","total_cost":0,"currency":"USD"}""")]
    public async Task An_estimate_adds_up(string body, string expected)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("POST", Pricing + "/estimate", body);

        Assert.Equal((200, expected), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("nonsense", 400, "validation_error", "the body is not valid JSON")]
    [InlineData("""{"estimate_type":"unit_price","endpoints":{"\ud800":{"unit_quantity":1}}}""", 400, "validation_error", "the body is not valid JSON")]
    [InlineData("[]", 400, "validation_error", "the body must be an object")]
    [InlineData("""{"estimate_type":"x","endpoints":{}}""", 400, "validation_error", "estimate_type must be 'historical_api_price' or 'unit_price'")]
    [InlineData("""{"estimate_type":"unit_price","endpoints":{}}""", 400, "validation_error", "endpoints must be an object with 1 to 50 endpoint ids")]
    [InlineData("""{"estimate_type":"unit_price","endpoints":{"a/b":{"unit_quantity":0}}}""", 400, "validation_error", "unit_quantity must be a number of at least 0.000001")]
    [InlineData("""{"estimate_type":"unit_price","endpoints":{"a/b":{"unit_quantity":1e400}}}""", 400, "validation_error", "unit_quantity must be a number of at least 0.000001")]
    [InlineData("""{"estimate_type":"historical_api_price","endpoints":{"a/b":{"call_quantity":1.5}}}""", 400, "validation_error", "call_quantity must be a whole number of at least 1")]
    [InlineData("""{"estimate_type":"unit_price","endpoints":{"a/b":{"unit_quantity":1}}}""", 404, "not_found", "Model \\\"a/b\\\" not found")]
    [InlineData("""{"estimate_type":"unit_price","endpoints":{"far/voice":{"unit_quantity":1}}}""", 404, "not_found", "The price of \\\"far/voice\\\" is not known")]
    [InlineData("""{"estimate_type":"historical_api_price","endpoints":{"far/flux/dev":{"call_quantity":1}}}""", 404, "not_found", "No call of \\\"far/flux/dev\\\" is in this server's history")]
    public async Task An_estimate_that_cannot_be_made_says_why(string body, int status, string type, string message)
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("POST", Pricing + "/estimate", body);

        Assert.Equal((status, $$$"""{"error":{"type":"{{{type}}}","message":"{{{message}}}"}}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_long_body_is_not_read()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        Assert.Equal(413, (await host.SendAsync("POST", Pricing + "/estimate", new string(' ', 70_000) + "{}")).Status);
    }

    [Fact]
    public async Task Prices_need_a_key_and_the_catalogue_does_not()
    {
        await using var server = await TestServer.StartAsync();

        async Task<int> StatusAsync(string path) =>
            (int)(await server.Http.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode;

        Assert.Equal(401, await StatusAsync("/v1/models/pricing?endpoint_id=fal-ai/flux/dev"));
        Assert.Equal(200, await StatusAsync("/v1/models/categories"));
        Assert.Equal(200, await StatusAsync("/v1/guides"));
        Assert.Equal(200, await StatusAsync("/api/models"));
        Assert.Equal(200, await StatusAsync("/api/openapi/queue/openapi.json?endpoint_id=fal-ai/luma-dream-machine"));
    }
}

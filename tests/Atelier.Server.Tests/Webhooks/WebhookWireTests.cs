using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Webhooks;

/// <summary>Submit, delivery, log, redelivery and keys over the whole gateway.</summary>
public sealed class WebhookWireTests : IAsyncLifetime
{
    const string Log = "/v1/webhooks/deliveries";
    const string Keys = "/v1/webhooks/keys";

    TestServer _server = null!;
    Receiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _server = await TestServer.StartAsync(new()
        {
            ["webhooks_allow_private"] = "127.0.0.1",
            ["webhooks_retry_delay"] = "1ms",
            ["webhooks_key_grace"] = "0",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_result_is_delivered_and_its_signature_is_the_published_keys()
    {
        var id = await SubmitAsync("""{"n":1}""");

        var delivery = await _receiver.NextAsync();
        var body = JsonDocument.Parse(delivery.Text).RootElement;
        Assert.Equal(
            ["request_id", "gateway_request_id", "status", "payload"], body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(id, body.GetProperty("request_id").GetString());
        Assert.Equal(1, body.GetProperty("payload").GetProperty("echo").GetProperty("n").GetInt32());
        Assert.Equal("local", delivery.Headers["X-Fal-Webhook-User-Id"]);
        Assert.True(delivery.IsSignedBy(Delivery.KeysOf(await KeySetAsync())));
        Assert.False(delivery.IsSignedBy("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"));
    }

    [Fact]
    public async Task A_wrong_input_is_delivered_as_the_error_it_is()
    {
        await SubmitAsync("""{"delay_ms":"later"}""");

        var text = (await _receiver.NextAsync()).Text;

        Assert.Contains("\"status\":\"ERROR\",\"error\":\"Invalid status code: 422\",\"payload\":{\"detail\":[{", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_set_is_open_and_exactly_one_key()
    {
        using var response = await _server.Http.GetAsync("/.well-known/jwks.json", TestContext.Current.CancellationToken);
        var text = await TextAsync(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("public, max-age=3600", response.Headers.CacheControl!.ToString());
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Matches(
            """^{"keys":\[{"kty":"OKP","crv":"Ed25519","x":"[\w-]{43}","kid":"[\w-]{43}","use":"sig","alg":"EdDSA"}\]}$""", text);
        Assert.Equal(text, await KeySetAsync("/rest.fal.ai/.well-known/jwks.json"));
    }

    [Fact]
    public async Task Damaged_keys_are_503_with_what_to_do()
    {
        const string Sentence = "webhook-keys.json in the data folder is damaged. Restore it from a backup, or move it away: "
            + "a new key is then made, and receivers need up to a day to learn of it.";
        await File.WriteAllTextAsync(
            Path.Combine(_server.DataRoot, "webhook-keys.json"), "damaged", TestContext.Current.CancellationToken);

        using var open = await _server.Http.GetAsync("/.well-known/jwks.json", TestContext.Current.CancellationToken);
        using var rotated = await _server.SendAsync(HttpMethod.Post, $"{Keys}/rotate");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, open.StatusCode);
        Assert.Equal($$"""{"detail":"{{Sentence}}","error_type":"internal_error"}""", await TextAsync(open));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, rotated.StatusCode);
        Assert.Equal($$$"""{"error":{"type":"server_error","message":"{{{Sentence}}}"}}""", await TextAsync(rotated));
    }

    [Fact]
    public async Task A_rotated_key_signs_and_the_old_one_stays_published()
    {
        await SubmitAsync("{}");
        var before = await _receiver.NextAsync();
        var old = Delivery.KeysOf(await KeySetAsync()).Single();

        using var rotated = await _server.SendAsync(HttpMethod.Post, $"{Keys}/rotate");
        Assert.Equal(HttpStatusCode.OK, rotated.StatusCode);
        Assert.Equal(["retired", "signs"], States(await TextAsync(rotated)));

        await SubmitAsync("{}");
        var after = await _receiver.NextAsync();
        var published = Delivery.KeysOf(await KeySetAsync());
        Assert.Equal(2, published.Count);
        Assert.True(before.IsSignedBy(published));
        Assert.True(after.IsSignedBy(published[1]));
        Assert.False(after.IsSignedBy(old));

        using var replaced = await _server.SendAsync(HttpMethod.Post, $"{Keys}/rotate", """{"compromised":true}""");
        Assert.Equal(["signs"], States(await TextAsync(replaced)));
        Assert.Single(Delivery.KeysOf(await KeySetAsync()));
        using var bad = await _server.SendAsync(HttpMethod.Post, $"{Keys}/rotate", """{"compromised":1}""");
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    [Fact]
    public async Task Deliveries_are_listed_and_made_again()
    {
        var id = await SubmitAsync("{}");
        await _receiver.NextAsync();
        var listed = await UntilAsync(id, "delivered");

        Assert.Matches(
            $$"""^{"deliveries":\[{"request_id":"{{id}}","endpoint_id":"atelier/echo","url":"{{Regex.Escape(_receiver.Url)}}/hook","status":"delivered","created_at":"[^"]+","next_attempt_at":null,"attempts":\[{"attempt":1,"started_at":"[^"]+","status_code":200,"error":null,"duration_ms":\d+}\]}\],"next_cursor":null,"has_more":false}$""",
            listed);

        using var again = await _server.SendAsync(HttpMethod.Post, $"{Log}/{id}/redeliver");
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal($$"""{"request_id":"{{id}}","status":"pending"}""", await TextAsync(again));
        Assert.Equal(id, (await _receiver.NextAsync()).Headers["X-Fal-Webhook-Request-Id"]);
    }

    [Fact]
    public async Task Pages_hold_together()
    {
        List<string> ids = [];
        for (var n = 0; n < 5; n++)
        {
            ids.Add(await SubmitAsync("{}"));
        }

        ids.Reverse();
        List<string> found = [];
        var cursor = "";
        do
        {
            using var response = await _server.SendAsync(HttpMethod.Get, $"{Log}?limit=2&cursor={Uri.EscapeDataString(cursor)}");
            var page = JsonDocument.Parse(await TextAsync(response)).RootElement;
            found.AddRange(page.GetProperty("deliveries").EnumerateArray().Select(entry => entry.GetProperty("request_id").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(ids, found);
    }

    [Fact]
    public async Task A_key_sees_its_own_requests_and_an_admin_all()
    {
        var id = await SubmitAsync("{}");
        using var created = await _server.SendAsync(HttpMethod.Post, "/v1/keys", """{"alias":"app"}""");
        var key = $"Key {JsonDocument.Parse(await TextAsync(created)).RootElement.GetProperty("key").GetString()}";

        using var list = await _server.SendAsync(HttpMethod.Get, Log, key: key);
        Assert.Equal("""{"deliveries":[],"next_cursor":null,"has_more":false}""", await TextAsync(list));
        using var redeliver = await _server.SendAsync(HttpMethod.Post, $"{Log}/{id}/redeliver", key: key);
        Assert.Equal(HttpStatusCode.NotFound, redeliver.StatusCode);
        Assert.Equal(
            """{"error":{"type":"not_found","message":"There is no request with a webhook of this id."}}""", await TextAsync(redeliver));
        using var keys = await _server.SendAsync(HttpMethod.Get, Keys, key: key);
        Assert.Equal(HttpStatusCode.Forbidden, keys.StatusCode);
        using var nobody = await _server.SendAsync(HttpMethod.Get, Log, key: "");
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Theory]
    [InlineData("limit=0", "limit must be a whole number from 1 to 100")]
    [InlineData("limit=101", "limit must be a whole number from 1 to 100")]
    [InlineData("status=lost", "status must be one of waiting, pending, sending, delivered, failed")]
    [InlineData("cursor=%21", "cursor must be a next_cursor of an earlier answer")]
    [InlineData("cursor=LTE%3D", "cursor must be a next_cursor of an earlier answer")]
    public async Task A_query_that_makes_no_sense_is_400(string query, string message)
    {
        using var response = await _server.SendAsync(HttpMethod.Get, $"{Log}?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal($$$"""{"error":{"type":"validation_error","message":"{{{message}}}"}}""", await TextAsync(response));
    }

    [Fact]
    public async Task Attempts_are_counted()
    {
        var id = await SubmitAsync("{}");
        await UntilAsync(id, "delivered");

        using var response = await _server.Http.GetAsync("/metrics", TestContext.Current.CancellationToken);
        var text = await TextAsync(response);

        Assert.Contains("atelier_webhook_attempts_total{outcome=\"delivered\"} ", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE atelier_webhooks_pending gauge", text, StringComparison.Ordinal);
    }

    async Task<string> SubmitAsync(string body)
    {
        var hook = Uri.EscapeDataString($"{_receiver.Url}/hook?secret=s3cr3t");
        using var response = await _server.SendAsync(HttpMethod.Post, $"/queue.fal.run/atelier/echo?fal_webhook={hook}", body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonDocument.Parse(await TextAsync(response)).RootElement.GetProperty("request_id").GetString()!;
    }

    // The receiver has it a moment before the log says so; each look is a whole request, so this does not spin for long.
    async Task<string> UntilAsync(string id, string status)
    {
        while (true)
        {
            using var response = await _server.SendAsync(HttpMethod.Get, $"{Log}?request_id={id}");
            var text = await TextAsync(response);
            if (text.Contains($"\"status\":\"{status}\"", StringComparison.Ordinal))
            {
                return text;
            }
        }
    }

    async Task<string> KeySetAsync(string path = "/.well-known/jwks.json") =>
        await _server.Http.GetStringAsync(path, TestContext.Current.CancellationToken);

    static IEnumerable<string?> States(string list) => JsonDocument.Parse(list).RootElement
        .GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("state").GetString());

    static Task<string> TextAsync(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}

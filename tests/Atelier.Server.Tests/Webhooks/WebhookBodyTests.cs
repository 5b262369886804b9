using System.Text;
using Atelier.Queue;
using Atelier.Server.Webhooks;

namespace Atelier.Tests.Server.Webhooks;

/// <summary>Exact bodies, as protocol §8 shows them.</summary>
public sealed class WebhookBodyTests
{
    const string NotJson = "Response payload is not JSON serializable. Either return a JSON serializable object or use "
        + "the queue endpoint to retrieve the response.";

    [Theory]
    [InlineData(
        200, """{"images":[{"url":"https://x/ü"}],"seed":12345678901234567890}""",
        """{"request_id":"r1","gateway_request_id":"r1","status":"OK","payload":{"images":[{"url":"https://x/ü"}],"seed":12345678901234567890}}""")]
    [InlineData(
        422, """{"detail":[{"loc":["body","prompt"]}]}""",
        """{"request_id":"r1","gateway_request_id":"r1","status":"ERROR","error":"Invalid status code: 422","payload":{"detail":[{"loc":["body","prompt"]}]}}""")]
    [InlineData(
        499, """{"detail":"Request cancelled","error_type":"client_cancelled"}""",
        """{"request_id":"r1","gateway_request_id":"r1","status":"ERROR","error":"Invalid status code: 499","payload":{"detail":"Request cancelled","error_type":"client_cancelled"}}""")]
    [InlineData(200, "null", """{"request_id":"r1","gateway_request_id":"r1","status":"OK","payload":null}""")]
    public void A_result_is_embedded_as_it_is(int status, string payload, string body) =>
        Assert.Equal(body, Create(status, Encoding.UTF8.GetBytes(payload)));

    [Theory]
    [InlineData("plain text")]
    [InlineData("")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":1")]
    public void What_is_no_JSON_is_said_to_be_none(string payload) => Assert.Equal(
        $$"""{"request_id":"r1","gateway_request_id":"r1","status":"OK","payload":null,"payload_error":"{{NotJson}}"}""",
        Create(200, Encoding.UTF8.GetBytes(payload)));

    [Fact]
    public void Broken_utf8_is_no_JSON() =>
        Assert.Contains("payload_error", Create(200, [(byte)'"', 0xC3, 0x28, (byte)'"']), StringComparison.Ordinal);

    [Fact]
    public void A_payload_past_its_retention_is_named() => Assert.Equal(
        """{"request_id":"r1","gateway_request_id":"r1","status":"ERROR","error":"Invalid status code: 500","payload":null,"payload_error":"Response payload is no longer available."}""",
        Create(500, null));

    [Fact]
    public void A_payload_over_the_limit_is_named() => Assert.Equal(
        """{"request_id":"r1","gateway_request_id":"r1","status":"OK","payload":null,"payload_error":"Response payload is larger than 65 bytes. Use the queue endpoint to retrieve the response."}""",
        Create(200, Encoding.UTF8.GetBytes($"\"{new string('x', 64)}\"")));

    static string Create(int status, byte[]? payload) => Encoding.UTF8.GetString(
        WebhookBody.Create("r1", status, payload is null ? null : new StoredAnswer(status, payload), payloadMaxBytes: 65).Span);
}

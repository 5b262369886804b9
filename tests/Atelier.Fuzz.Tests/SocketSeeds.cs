using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Fuzz;

/// <summary>Good requests of every kind, and the words that requests are made of.</summary>
static class SocketSeeds
{
    public static readonly byte[][] Tokens = FuzzTarget.Texts(
        "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "Host: queue.fal.run\r\n", "\r\n\r\n", "Upgrade: websocket\r\n",
        "/requests/", "?logs=1", "&fal_webhook=", "?fal_max_queue_length=", "GET ", "PUT ", "DELETE ", "OPTIONS ", "HTTP/1.1", "HTTP/1.0", "%2f", "Origin: http://x\r\n");

    public static IReadOnlyList<SocketRequest> For(TestServer server)
    {
        var host = new Uri(server.Url).Authority;
        var key = $"Key {server.Key}";
        const string id = "019e6d0a-e5be-7b82-b329-35ae64296902";

        SocketRequest Request(string line, string body = "", string headers = "") => new(
            line, (headers.Contains("Upgrade", StringComparison.Ordinal) ? "" : "Connection: close\r\n") + $"Host: {host}\r\nAuthorization: {key}\r\n{headers}" + (body.Length > 0 ? "Content-Type: application/json\r\n" : ""), body);

        const string socket =
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        return
        [
            Request("POST /atelier/echo", """{"n":1,"logs":2}"""),
            Request("GET /fal.run/atelier/echo?n=1&n=2"),
            Request("POST /queue.fal.run/atelier/echo?fal_max_queue_length=9", """{"n":1}""", "X-Fal-Queue-Priority: low\r\nX-Fal-Request-Timeout: 9\r\nX-Fal-Tags: a=b\r\n"),
            Request("POST /queue.fal.run/atelier/echo?fal_webhook=https%3A%2F%2Fexample.com%2Fhook", "{}"),
            Request($"GET /queue.fal.run/atelier/echo/requests/{id}/status?logs=true"),
            Request($"GET /queue.fal.run/atelier/echo/requests/{id}/status/stream"),
            Request($"GET /queue.fal.run/workflows/a/b/requests/{id}/"),
            Request($"PUT /queue.fal.run/atelier/echo/requests/{id}/cancel"),
            Request("POST /fal.run/atelier/echo/stream", """{"count":2,"interval_ms":0}"""),
            Request("POST /rest.fal.ai/tokens/", """{"allowed_apps":["echo"],"token_expiration":120}"""),
            Request("GET /fal.run/atelier/echo/realtime?max_buffering=5", headers: socket),
            Request("POST /rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3", """{"content_type":"text/plain","file_name":"a.txt"}"""),
            Request("POST /rest.fal.ai/storage/upload/initiate-multipart?storage_type=fal-cdn-v3", """{"content_type":"text/plain","file_name":"a.txt"}"""),
            Request("POST /rest.fal.ai/storage/auth/token?storage_type=fal-cdn-v3", "{}"),
            Request("POST /v3.fal.media/files/upload", "hello", "X-Fal-File-Name: a.txt\r\nX-Fal-Object-Lifecycle: {\"expiration_duration_seconds\":60}\r\n"),
            Request("PUT /v3.fal.media/files/b/00000000/000000000000000000000000_a.txt/multipart/x/1", "hello"),
            Request("GET /v3.fal.media/files/b/00000000/000000000000000000000000_a.txt", headers: "Range: bytes=0-4,6-\r\n"),
            Request("GET /api.fal.ai/v1/models?q=flux&limit=2&expand=openapi-3.0"),
            Request("GET /api.fal.ai/v1/models/pricing?endpoint_id=fal-ai/flux/dev,fal-ai/kokoro"),
            Request("POST /api.fal.ai/v1/models/pricing/estimate", """{"estimate_type":"unit_price","endpoints":{"fal-ai/flux/dev":{"unit_quantity":50}}}"""),
            Request("GET /api.fal.ai/v1/models/requests/by-endpoint?endpoint_id=atelier/echo&start=2026-01-01&limit=5&cursor=eA"),
            Request("GET /api.fal.ai/v1/models/usage?timeframe=day&timezone=Europe/Berlin&bound_to_timeframe=false"),
            Request("GET /api.fal.ai/v1/models/analytics?endpoint_id=atelier/echo&expand=request_count&expand=p50_duration"),
            Request("GET /api.fal.ai/v1/models/requests/search?query=cat%20hat&limit=2&min_similarity=0.5"),
            Request("GET /api.fal.ai/v1/models/billing-events?request_id=" + id + "&expand=auth_method,auth_method_structured"),
            Request($"DELETE /api.fal.ai/v1/models/requests/{id}/payloads", headers: "Idempotency-Key: once\r\n"),
            Request("DELETE /api.fal.ai/v1/serverless/apps/atelier/echo/queue"),
            Request("GET /api.fal.ai/v1/keys?limit=5&cursor=Mg==&expand=creator_info"),
            Request("POST /api.fal.ai/v1/assets/tags", """{"name":"x"}"""),
            Request("PUT /api.fal.ai/v1/storage/settings", """{"expiration_duration_seconds":null,"initial_acl":{"default":"allow","rules":[]}}"""),
            Request("GET /fal.ai/api/models?page=1&size=5&categories=text-to-image"),
            Request("OPTIONS /queue.fal.run/atelier/echo", headers: "Origin: http://localhost:3000\r\nAccess-Control-Request-Method: POST\r\n"),
            Request("POST /api/fal/proxy", "{}", "x-fal-target-url: https://queue.fal.run/atelier/echo?x=1\r\n"),
            Request("GET /health"),
        ];
    }
}

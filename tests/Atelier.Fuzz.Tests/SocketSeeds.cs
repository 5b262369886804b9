using System.Text;
using System.Text.Json;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Fuzz;

/// <summary>Good requests of every kind, and the words that requests are made of.</summary>
static class SocketSeeds
{
    public static readonly byte[][] Tokens = FuzzTarget.Texts(
        "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "Host: queue.fal.run\r\n", "\r\n\r\n", "Upgrade: websocket\r\n",
        "/requests/", "?logs=1", "&fal_webhook=", "?fal_max_queue_length=", "GET ", "PUT ", "DELETE ", "OPTIONS ", "HTTP/1.1", "HTTP/1.0", "%2f", "Origin: http://x\r\n");

    /// <summary>Asks the server for what only it can make: addresses to upload to, and a browser's token.</summary>
    public static async Task<IReadOnlyList<SocketRequest>> ForAsync(TestServer server)
    {
        async Task<string> AskAsync(string path, string body, string? field)
        {
            using var response = await server.SendAsync(HttpMethod.Post, path, body);
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            return (field is null ? answer.RootElement : answer.RootElement.GetProperty(field)).GetString()!;
        }

        const string file = """{"content_type":"text/plain","file_name":"a.txt"}""";
        var single = new Uri(await AskAsync("/rest.fal.ai/storage/upload/initiate", file, "upload_url")).PathAndQuery;
        var multipart = new Uri(await AskAsync("/rest.fal.ai/storage/upload/initiate-multipart", file, "upload_url"));
        var token = await AskAsync("/rest.fal.ai/tokens/", """{"allowed_apps":["echo"],"token_expiration":3600}""", null);
        return Seeds(server, single, multipart, token);
    }

    static SocketRequest[] Seeds(TestServer server, string single, Uri multipart, string token)
    {
        var host = new Uri(server.Url).Authority;
        var key = $"Authorization: Key {server.Key}\r\n";
        const string id = "019e6d0a-e5be-7b82-b329-35ae64296902";
        const string ended = """{"parts":[{"partNumber":1,"etag":"\"5d41402abc4b2a76b9719d911017c592\""},{"partNumber":2,"etag":"x"}]}""";

        SocketRequest Request(string line, string body = "", string headers = "", bool keyless = false) => new(
            line, $"Connection: close\r\nHost: {host}\r\n{(keyless ? "" : key)}{headers}{(body.Length > 0 ? "Content-Type: application/json\r\n" : "")}",
            Encoding.UTF8.GetBytes(body));

        SocketRequest Socket(string path, params byte[][] frames) => new(
            $"GET {path}", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nHost: {host}\r\n{key}", [.. frames.SelectMany(frame => frame)], IsUpgrade: true);

        byte[] map = [0x81, 0xa1, 0x6e, 0x01];
        return
        [
            Socket("/fal.run/atelier/echo/realtime?max_buffering=5", Frame(2, map), Frame(2, map), Frame(8, [])),
            Socket($"/fal.run/atelier/echo/realtime?fal_jwt_token={token}", Frame(1, """{"n":1,"bytes":3}"""u8), Frame(8, [0x03, 0xe8])),
            Socket("/fal.run/atelier/echo/ws", Frame(1, "hello"u8), Frame(9, "ping"u8), Frame(2, [1, 2, 3]), Frame(8, [])),
            Socket("/ws.fal.run/atelier/echo", Frame(1, """{"n":1}"""u8), Frame(1, """{"logs":2}"""u8), Frame(8, [])),
            Request($"POST /fal.run/atelier/echo/stream?fal_jwt_token={token}", """{"count":1,"interval_ms":0}""", keyless: true),
            Request($"PUT {single}", "hello", keyless: true),
            Request($"PUT {multipart.AbsolutePath}/1{multipart.Query}", "hello", keyless: true),
            Request($"PUT {multipart.AbsolutePath}/2{multipart.Query}", "hello", keyless: true),
            Request($"GET {multipart.AbsolutePath}{multipart.Query}", keyless: true),
            Request($"POST {multipart.AbsolutePath}/complete{multipart.Query}", ended, keyless: true),
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

    // RFC 6455, section 5.2, with an all-zero mask: the payload stays readable in a kept case.
    static byte[] Frame(int opcode, ReadOnlySpan<byte> payload) => [(byte)(0x80 | opcode), (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload];
}

using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Atelier.Queue;
using Atelier.Server.Wire;

namespace Atelier.Server.Webhooks;

/// <summary>What a receiver gets (protocol §8). The same result has the same bytes at every attempt.</summary>
static class WebhookBody
{
    /// <summary>Apps may answer deeper than callers may ask; beyond this, a payload is not passed on.</summary>
    const int DepthMax = 512;

    const string NotJson = "Response payload is not JSON serializable. Either return a JSON serializable object or use " +
        "the queue endpoint to retrieve the response.";

    const string Expired = "Response payload is no longer available.";

    /// <param name="status">The stored answer's; 400 and above is an error.</param>
    /// <param name="answer">Null once its retention is over.</param>
    /// <param name="payloadMaxBytes">A larger payload is named, not sent.</param>
    public static ReadOnlyMemory<byte> Create(string requestId, int status, StoredAnswer? answer, int payloadMaxBytes)
    {
        var refused = answer is null ? Expired
            : answer.Body.Length > payloadMaxBytes
                ? $"Response payload is larger than {payloadMaxBytes} bytes. Use the queue endpoint to retrieve the response."
            : IsJson(answer.Body.Span) ? null : NotJson;
        var buffer = new ArrayBufferWriter<byte>(512 + (refused is null ? answer!.Body.Length : 0));
        using var json = new Utf8JsonWriter(buffer, WireJson.Relaxed);
        json.WriteStartObject();
        json.WriteString("request_id"u8, requestId);
        json.WriteString("gateway_request_id"u8, requestId);
        json.WriteString("status"u8, status < 400 ? "OK"u8 : "ERROR"u8);
        if (status >= 400)
        {
            json.WriteString("error"u8, $"Invalid status code: {status}");
        }

        json.WritePropertyName("payload"u8);
        if (refused is null)
        {
            // As the app wrote it: numbers keep their digits, objects their order.
            json.WriteRawValue(answer!.Body.Span, skipInputValidation: true);
        }
        else
        {
            json.WriteNullValue();
            json.WriteString("payload_error"u8, refused);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    static bool IsJson(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = DepthMax });
            var any = false;
            while (reader.Read())
            {
                any = true;
            }

            return any;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

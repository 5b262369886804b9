namespace Atelier.Protocol;

/// <summary>
/// The headers of a webhook. What is signed (Ed25519) is request id, user id, timestamp and the lowercase hex SHA-256 of
/// the raw body, with a line feed between them (protocol §8).
/// </summary>
public static class WebhookHeaders
{
    /// <summary>The request whose result this is; deliveries of one request repeat it.</summary>
    public const string RequestId = "X-Fal-Webhook-Request-Id";

    /// <summary>The account that submitted the request.</summary>
    public const string UserId = "X-Fal-Webhook-User-Id";

    /// <summary>Unix seconds at which it was signed; a receiver refuses what is more than 300 s off.</summary>
    public const string Timestamp = "X-Fal-Webhook-Timestamp";

    /// <summary>The signature, hex.</summary>
    public const string Signature = "X-Fal-Webhook-Signature";
}

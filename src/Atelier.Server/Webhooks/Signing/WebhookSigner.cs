using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Atelier.Server.Webhooks.Signing;

/// <summary>Signs deliveries. Each attempt has a signature of its own, because its timestamp is part of it.</summary>
sealed class WebhookSigner(SignatureKeys keys, TimeProvider time)
{
    /// <returns>Unix seconds, and the signature in hex.</returns>
    /// <exception cref="SigningUnavailableException">There is no key to sign with.</exception>
    public (string Timestamp, string Signature) Sign(string requestId, string userId, ReadOnlySpan<byte> body)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        var message = Encoding.UTF8.GetBytes($"{requestId}\n{userId}\n{timestamp}\n{hash}");
        return (timestamp, Convert.ToHexStringLower(Ed25519.Sign(keys.Current.Seed, message)));
    }
}

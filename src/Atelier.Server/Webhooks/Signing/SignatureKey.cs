using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Atelier.Server.Webhooks.Signing;

/// <summary>One key pair.</summary>
/// <param name="Id">The JWK's thumbprint (RFC 7638): the same key has the same id everywhere.</param>
/// <param name="Seed">The private half; it never leaves this process and its file.</param>
/// <param name="X">The public half, base64url, as a JWK has it.</param>
/// <param name="SignsFrom">Published before, it signs from this moment until the next key does.</param>
sealed record SignatureKey(string Id, byte[] Seed, string X, DateTimeOffset CreatedAt, DateTimeOffset SignsFrom)
{
    /// <exception cref="SigningUnavailableException">OpenSSL is not installed.</exception>
    public static SignatureKey Of(byte[] seed, DateTimeOffset createdAt, DateTimeOffset signsFrom)
    {
        var x = Base64Url.EncodeToString(Ed25519.PublicKey(seed));
        var members = Encoding.ASCII.GetBytes($$"""{"crv":"Ed25519","kty":"OKP","x":"{{x}}"}""");
        return new(Base64Url.EncodeToString(SHA256.HashData(members)), seed, x, createdAt, signsFrom);
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Atelier.Protocol;
using Atelier.Server.Hosting;

namespace Atelier.Server.Keys.Tokens;

/// <summary>
/// Short-lived tokens for callers that may not hold a key, such as web pages: JWTs, signed with HMAC-SHA256. The
/// secret is in the data folder (<c>tokens.key</c>, 0600), made when the first token is asked for.
/// </summary>
/// <remarks>
/// The signature also covers the hash of the key that asked, so a token ends with its key: revoked, or given another
/// secret, the key takes all its tokens along at once.
/// </remarks>
public sealed class BrowserTokens(DataFolder folder, KeyRing ring, TimeProvider time)
{
    const int SecretBytes = 32;

    // A request line has 8 KiB; path and other parameters need some of it.
    internal const int LengthMax = 6 * 1024;

    // {"alg":"HS256","typ":"JWT"}: the only head there is, so none can name another algorithm.
    const string Head = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";

    readonly Lazy<byte[]> _secret = new(() => SecretFile.ReadOrCreate(Path.Combine(folder.Root, "tokens.key"), SecretBytes));

    /// <returns>Null when the key was revoked meanwhile.</returns>
    internal string? Issue(string keyId, IReadOnlyList<string> allowedApps, TimeSpan lifetime)
    {
        if (ring.Get(keyId) is not { } key)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var claims = new TokenClaims(keyId, allowedApps, now.ToUnixTimeSeconds(), (now + lifetime).ToUnixTimeSeconds());
        var payload = JsonSerializer.SerializeToUtf8Bytes(claims, TokenJson.Default.TokenClaims);
        var signed = Head + Base64Url.EncodeToString(payload);
        return $"{signed}.{Base64Url.EncodeToString(Sign(signed, key))}";
    }

    /// <summary>Who a token speaks for, or the sentence that refuses it.</summary>
    /// <param name="token">As it came.</param>
    /// <param name="endpoint">The id in the path; null when it is none.</param>
    internal (KeyRecord? Key, string? Refused) Check(string token, EndpointId? endpoint)
    {
        if (Read(token) is not { } claims)
        {
            return (null, "The token is not one of this server");
        }

        if (ring.Get(claims.KeyId) is not { } key)
        {
            return (null, "The key behind the token was revoked");
        }

        var dot = token.LastIndexOf('.');
        if (!CryptographicOperations.FixedTimeEquals(
            Base64Url.DecodeFromChars(token.AsSpan(dot + 1)), Sign(token[..dot], key)))
        {
            return (null, "The token is not one of this server");
        }

        if (time.GetUtcNow().ToUnixTimeSeconds() >= claims.ExpiresAt)
        {
            return (null, "The token has expired");
        }

        return endpoint is not null && claims.Allows(endpoint)
            ? (key, null)
            : (null, "The token is not good for this app");
    }

    /// <summary>What the token says; nothing of it is believed until the signature was checked.</summary>
    static TokenClaims? Read(string token)
    {
        if (token.Length > LengthMax || !token.StartsWith(Head, StringComparison.Ordinal)
            || token[Head.Length..].Split('.') is not [var payload, var signature]
            || !Base64Url.IsValid(payload) || !Base64Url.IsValid(signature))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(payload), TokenJson.Default.TokenClaims) is
            { KeyId: not null, AllowedApps: not null } claims
                ? claims
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    byte[] Sign(string signed, KeyRecord key)
    {
        var own = HMACSHA256.HashData(_secret.Value, Encoding.ASCII.GetBytes($"{key.KeyId}\n{key.SecretSha256}"));
        return HMACSHA256.HashData(own, Encoding.ASCII.GetBytes(signed));
    }
}

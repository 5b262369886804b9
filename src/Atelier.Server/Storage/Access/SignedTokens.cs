using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Atelier.Server.Wire;

namespace Atelier.Server.Storage;

/// <summary>
/// Claims that travel through a client and come back unchanged: <c>{payload}.{hmac}</c>, both base64url.
/// </summary>
/// <remarks>Each type of claim is signed with a key of its own, so that one is never taken for another.</remarks>
sealed class SignedTokens(byte[] key)
{
    /// <summary>The length of the secret that everything is signed with.</summary>
    public const int KeyBytes = 32;

    public string Issue<T>(T claim, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // Relaxed, or file names in other scripts would take six bytes a character.
        using (var writer = new Utf8JsonWriter(buffer, WireJson.Relaxed))
        {
            JsonSerializer.Serialize(writer, claim, type);
        }

        var payload = buffer.WrittenSpan;
        return $"{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(Sign<T>(payload))}";
    }

    /// <summary>Reads a claim that this server signed; whether its time is over is the claim's own matter.</summary>
    public bool TryRead<T>(string token, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? claim)
        where T : class
    {
        claim = null;
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !Base64Url.IsValid(token.AsSpan(0, dot)) || !Base64Url.IsValid(token.AsSpan(dot + 1)))
        {
            return false;
        }

        var payload = Base64Url.DecodeFromChars(token.AsSpan(0, dot));
        var signature = Base64Url.DecodeFromChars(token.AsSpan(dot + 1));
        claim = CryptographicOperations.FixedTimeEquals(signature, Sign<T>(payload))
            ? JsonSerializer.Deserialize(payload, type)
            : null;
        return claim is not null;
    }

    byte[] Sign<T>(ReadOnlySpan<byte> payload)
    {
        var own = HMACSHA256.HashData(key, System.Text.Encoding.ASCII.GetBytes(typeof(T).Name));
        return HMACSHA256.HashData(own, payload);
    }
}

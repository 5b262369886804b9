using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Atelier.Server.Keys;

/// <summary>A key as its holder writes it: <c>id:secret</c>. The secret is 256 random bits in hex.</summary>
public readonly record struct ApiKey(string Id, string Secret)
{
    const int MaxLength = 512;

    public static ApiKey Create() =>
        new(Guid.CreateVersion7().ToString(), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    public static bool TryParse([NotNullWhen(true)] string? text, out ApiKey key)
    {
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 1 || colon == text!.Length - 1 || text.Length > MaxLength)
        {
            key = default;
            return false;
        }

        key = new(text[..colon], text[(colon + 1)..]);
        return true;
    }

    /// <summary>What is stored instead of the secret: a secret of 256 bits needs no salt and no slow hash.</summary>
    public static byte[] Hash(ReadOnlySpan<char> secret)
    {
        Span<byte> utf8 = stackalloc byte[MaxLength * 3];
        return SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(secret, utf8)]);
    }

    public override string ToString() => $"{Id}:{Secret}";
}

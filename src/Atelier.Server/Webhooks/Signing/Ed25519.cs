using System.Security.Cryptography;

namespace Atelier.Server.Webhooks.Signing;

/// <summary>Ed25519 (RFC 8032) by OpenSSL's libcrypto; .NET 10 has none of its own.</summary>
/// <exception cref="SigningUnavailableException">From every member: the library is not installed.</exception>
static class Ed25519
{
    /// <summary>Bytes of a seed (the private key) and of a public key.</summary>
    public const int KeyLength = 32;

    public const int SignatureLength = 64;

    /// <summary>A new private key.</summary>
    public static byte[] CreateSeed() => RandomNumberGenerator.GetBytes(KeyLength);

    public static byte[] PublicKey(byte[] seed) => WithLibrary(() =>
    {
        using var key = PrivateKey(seed);
        var publicKey = new byte[KeyLength];
        var length = (nuint)KeyLength;
        Check(LibCrypto.GetPublicKey(key, publicKey, ref length) == 1 && length == KeyLength);
        return publicKey;
    });

    public static byte[] Sign(byte[] seed, byte[] message) => WithLibrary(() =>
    {
        using var key = PrivateKey(seed);
        using var context = LibCrypto.NewContext();
        Check(!context.IsInvalid && LibCrypto.BeginSign(context, 0, 0, 0, key) == 1);
        var signature = new byte[SignatureLength];
        var length = (nuint)SignatureLength;
        Check(LibCrypto.Sign(context, signature, ref length, message, (nuint)message.Length) == 1);
        Check(length == SignatureLength);
        return signature;
    });

    public static bool Verify(byte[] publicKey, byte[] message, byte[] signature) => WithLibrary(() =>
    {
        RequireLength(publicKey);
        using var key = LibCrypto.NewPublicKey(LibCrypto.Ed25519, 0, publicKey, KeyLength);
        using var context = LibCrypto.NewContext();
        Check(!key.IsInvalid && !context.IsInvalid && LibCrypto.BeginVerify(context, 0, 0, 0, key) == 1);
        return LibCrypto.Verify(
            context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1;
    });

    static KeyHandle PrivateKey(byte[] seed)
    {
        RequireLength(seed);
        var key = LibCrypto.NewPrivateKey(LibCrypto.Ed25519, 0, seed, KeyLength);
        Check(!key.IsInvalid);
        return key;
    }

    static void RequireLength(byte[] key)
    {
        if (key.Length != KeyLength)
        {
            throw new ArgumentException($"A key has {KeyLength} bytes, not {key.Length}.", nameof(key));
        }
    }

    static void Check(bool succeeded)
    {
        if (!succeeded)
        {
            throw new SigningUnavailableException("OpenSSL refused an Ed25519 operation.");
        }
    }

    static T WithLibrary<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new SigningUnavailableException(
                "Webhooks are signed with OpenSSL 3 (libcrypto.so.3). Install it: apt-get install libssl3", missing);
        }
    }
}

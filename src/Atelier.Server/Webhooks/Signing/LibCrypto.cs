using System.Runtime.InteropServices;

namespace Atelier.Server.Webhooks.Signing;

/// <summary>The few functions of OpenSSL 3 that Ed25519 needs; https://docs.openssl.org/3.0/man7/Ed25519/.</summary>
static class LibCrypto
{
    /// <summary>EVP_PKEY_ED25519.</summary>
    public const int Ed25519 = 1087;

    // The soname: the unversioned link is part of development packages only.
    const string Library = "libcrypto.so.3";

    [DllImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    public static extern KeyHandle NewPrivateKey(int type, nint engine, byte[] key, nuint length);

    [DllImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    public static extern KeyHandle NewPublicKey(int type, nint engine, byte[] key, nuint length);

    [DllImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    public static extern int GetPublicKey(KeyHandle key, [Out] byte[] publicKey, ref nuint length);

    [DllImport(Library, EntryPoint = "EVP_PKEY_free")]
    public static extern void FreeKey(nint key);

    [DllImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    public static extern ContextHandle NewContext();

    [DllImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    public static extern void FreeContext(nint context);

    // No digest may be named: Ed25519 hashes the message itself.
    [DllImport(Library, EntryPoint = "EVP_DigestSignInit")]
    public static extern int BeginSign(ContextHandle context, nint keyContext, nint digest, nint engine, KeyHandle key);

    [DllImport(Library, EntryPoint = "EVP_DigestSign")]
    public static extern int Sign(
        ContextHandle context, [Out] byte[] signature, ref nuint signatureLength, byte[] message, nuint length);

    [DllImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    public static extern int BeginVerify(
        ContextHandle context, nint keyContext, nint digest, nint engine, KeyHandle key);

    /// <summary>1: it is the key's signature.</summary>
    [DllImport(Library, EntryPoint = "EVP_DigestVerify")]
    public static extern int Verify(
        ContextHandle context, byte[] signature, nuint signatureLength, byte[] message, nuint length);
}

/// <summary>An <c>EVP_PKEY</c>.</summary>
sealed class KeyHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeKey(handle);
        return true;
    }
}

/// <summary>An <c>EVP_MD_CTX</c>.</summary>
sealed class ContextHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeContext(handle);
        return true;
    }
}

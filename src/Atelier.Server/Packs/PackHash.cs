using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Atelier.Server.Packs;

/// <summary>The hash that a download must have: npm's <c>sha512-…</c>, or a file's SHA-256.</summary>
sealed class PackHash
{
    const string NpmPrefix = "sha512-";

    readonly byte[] _expected;

    PackHash(HashAlgorithmName algorithm, byte[] expected)
    {
        Algorithm = algorithm;
        _expected = expected;
    }

    public HashAlgorithmName Algorithm { get; }

    /// <summary>Names the download in the cache: what is to be had under this name can only be one thing.</summary>
    public string Id => Convert.ToHexStringLower(_expected.AsSpan(0, 20));

    /// <summary>Reads npm's form, base64 after the algorithm's name.</summary>
    public static bool TryParse(string integrity, [NotNullWhen(true)] out PackHash? hash)
    {
        var bytes = new byte[SHA512.HashSizeInBytes];
        hash = integrity.StartsWith(NpmPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(integrity[NpmPrefix.Length..], bytes, out var count)
            && count == bytes.Length
            ? new(HashAlgorithmName.SHA512, bytes)
            : null;
        return hash is not null;
    }

    public static PackHash Sha256(string hex) => new(HashAlgorithmName.SHA256, Convert.FromHexString(hex));

    public IncrementalHash Begin() => IncrementalHash.CreateHash(Algorithm);

    /// <summary>Ends a running hash and compares.</summary>
    public bool Matches(IncrementalHash hash) => hash.GetHashAndReset().AsSpan().SequenceEqual(_expected);

    /// <summary>npm's form.</summary>
    public override string ToString() =>
        $"{Algorithm.Name!.ToLowerInvariant()}-{Convert.ToBase64String(_expected)}";

    /// <summary>Reads a file and compares.</summary>
    public async Task<bool> MatchesAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var actual = new byte[_expected.Length];
        await CryptographicOperations.HashDataAsync(Algorithm, file, actual, cancellationToken);
        return actual.AsSpan().SequenceEqual(_expected);
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Atelier.Server.Hosting;

namespace Atelier.Server.Webhooks.Signing;

/// <summary>
/// The keys that sign webhooks: made once, when first needed, and kept in <c>webhook-keys.json</c> (0600) in the data
/// folder. A new key is published before it signs, and an old one after.
/// </summary>
sealed class SignatureKeys(string path, WebhookOptions options, TimeProvider time)
{
    readonly Lock _gate = new();

    // Guarded by the gate. In the order in which they sign; null until first needed.
    List<SignatureKey>? _keys;

    /// <summary>The key that signs now.</summary>
    /// <exception cref="SigningUnavailableException">OpenSSL is missing, or the file is damaged.</exception>
    public SignatureKey Current
    {
        get
        {
            // The first, should the clock have been set back: something must sign.
            var (now, keys) = (time.GetUtcNow(), Published);
            return keys.LastOrDefault(key => key.SignsFrom <= now) ?? keys[0];
        }
    }

    /// <summary>The keys that receivers should know now: the one that signs, the next, and those not long gone.</summary>
    /// <exception cref="SigningUnavailableException">OpenSSL is missing, or the file is damaged.</exception>
    public IReadOnlyList<SignatureKey> Published
    {
        get
        {
            lock (_gate)
            {
                return StillPublished(Load());
            }
        }
    }

    /// <summary>When a key leaves the list, or null while no later key is planned.</summary>
    public DateTimeOffset? PublishedUntil(SignatureKey key, IReadOnlyList<SignatureKey> keys) =>
        keys.FirstOrDefault(other => other.SignsFrom > key.SignsFrom) is { } next
            ? next.SignsFrom + options.KeyRetention
            : null;

    /// <summary>Makes a key that signs after the grace. Null when one is on its way already.</summary>
    /// <exception cref="SigningUnavailableException">OpenSSL is missing, or the file is damaged.</exception>
    public SignatureKey? Rotate()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var keys = StillPublished(Load());
            if (keys[^1].SignsFrom > now)
            {
                return null;
            }

            var next = SignatureKey.Of(Ed25519.CreateSeed(), now, now + options.KeyGrace);
            Save([.. keys, next]);
            return next;
        }
    }

    /// <summary>Replaces every key at once: for a private key that others may have seen.</summary>
    /// <exception cref="SigningUnavailableException">OpenSSL is missing.</exception>
    public SignatureKey Replace()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var only = SignatureKey.Of(Ed25519.CreateSeed(), now, now);
            Save([only]);
            return only;
        }
    }

    List<SignatureKey> StillPublished(List<SignatureKey> keys)
    {
        var now = time.GetUtcNow();
        return keys.FindAll(key => PublishedUntil(key, keys) is not { } until || until > now);
    }

    List<SignatureKey> Load()
    {
        if (_keys is not null)
        {
            return _keys;
        }

        if (File.Exists(path))
        {
            return _keys = Read();
        }

        var now = time.GetUtcNow();
        Save([SignatureKey.Of(Ed25519.CreateSeed(), now, now)]);
        return _keys!;
    }

    List<SignatureKey> Read()
    {
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), SignatureKeyJson.Default.SignatureKeyFile);
            var keys = file!.Keys
                .Select(key => SignatureKey.Of(Convert.FromHexString(key.Seed), key.CreatedAt, key.SignsFrom))
                .OrderBy(key => key.SignsFrom).ToList();
            return keys.Count > 0 ? keys : throw new JsonException("There is no key.");
        }
        catch (Exception fault) when (fault is JsonException or FormatException or ArgumentException)
        {
            throw new SigningUnavailableException(
                "webhook-keys.json in the data folder is damaged. Restore it from a backup, or move it away: a new key " +
                "is then made, and receivers need up to a day to learn of it.",
                fault);
        }
    }

    void Save(List<SignatureKey> keys)
    {
        var file = new SignatureKeyFile(
            [.. keys.Select(key => new KeptKey(Convert.ToHexStringLower(key.Seed), key.CreatedAt, key.SignsFrom))]);
        var json = JsonSerializer.SerializeToUtf8Bytes(file, SignatureKeyJson.Default.SignatureKeyFile);
        PrivateFile.Write(path, json, durable: true);
        _keys = keys;
    }
}

/// <param name="Seed">Hex; the public key follows from it.</param>
sealed record KeptKey(string Seed, DateTimeOffset CreatedAt, DateTimeOffset SignsFrom);

sealed record SignatureKeyFile(IReadOnlyList<KeptKey> Keys);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SignatureKeyFile))]
sealed partial class SignatureKeyJson : JsonSerializerContext;

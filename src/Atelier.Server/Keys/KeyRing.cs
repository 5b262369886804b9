using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Atelier.Server.Hosting;

namespace Atelier.Server.Keys;

/// <summary>
/// The server's keys: <c>keys.json</c> in the data folder, replaced whole at each change and held in memory. A revoked
/// key is refused by the next request.
/// </summary>
public sealed class KeyRing
{
    readonly string _path;
    readonly TimeProvider _time;
    readonly Lock _gate = new();

    // By key id; sessions that are open wait on these. Added by whoever asks, removed by the end of the key.
    readonly ConcurrentDictionary<string, CancellationTokenSource> _ends = new(StringComparer.Ordinal);

    // Swapped whole under the gate; request threads read it without one.
    volatile Entry _entry;

    /// <exception cref="ConfigurationException">The file is damaged.</exception>
    public KeyRing(DataFolder folder, TimeProvider time)
    {
        (_path, _time) = (Path.Combine(folder.Root, "keys.json"), time);
        _entry = new(File.Exists(_path) ? Read(_path) : []);
    }

    public IReadOnlyList<KeyRecord> Keys => [.. _entry.Keys.Values.Select(pair => pair.Record).OrderBy(key => key.CreatedAt)];

    public bool IsEmpty => _entry.Keys.Count == 0;

    /// <summary>The record of a key, or null when it is unknown, revoked or its secret is wrong.</summary>
    public KeyRecord? Find(ApiKey key)
    {
        // An unknown id is compared as well, so that the time taken does not tell which ids exist.
        var known = _entry.Keys.TryGetValue(key.Id, out var pair);
        var same = CryptographicOperations.FixedTimeEquals(ApiKey.Hash(key.Secret), known ? pair.Hash : Entry.Nobody);
        return known && same ? pair.Record : null;
    }

    /// <summary>What a key's owner calls it, or null when there is no such key.</summary>
    public string? Alias(string keyId) => _entry.Keys.TryGetValue(keyId, out var pair) ? pair.Record.Alias : null;

    /// <summary>The record of an id, whatever its secret; null when there is none, or no more.</summary>
    public KeyRecord? Get(string keyId) => _entry.Keys.TryGetValue(keyId, out var pair) ? pair.Record : null;

    /// <summary>
    /// The key behind pages of listed origins (<see cref="Wire.ProxyOptions.Origins"/>), made when it is first needed.
    /// Nobody knows its secret; revoking it ends the tokens that pages hold.
    /// </summary>
    public KeyRecord ForPages()
    {
        const string id = "proxy-pages";
        lock (_gate)
        {
            return Get(id) is { Scope: "API" } known ? known : Put(ApiKey.Create() with { Id = id }, "pages of proxy.origins", "API");
        }
    }

    /// <summary>Adds a key, or gives an existing id this secret and scope.</summary>
    public KeyRecord Put(ApiKey key, string alias, string scope)
    {
        var hash = ApiKey.Hash(key.Secret);
        var record = new KeyRecord(key.Id, alias, scope, Convert.ToHexStringLower(hash), _time.GetUtcNow());
        lock (_gate)
        {
            Replace(new(_entry.Keys) { [key.Id] = (record, hash) });
        }

        End(key.Id);
        return record;
    }

    /// <returns>False when there is no such key.</returns>
    public bool Revoke(string keyId)
    {
        lock (_gate)
        {
            Dictionary<string, (KeyRecord, byte[])> keys = new(_entry.Keys);
            if (!keys.Remove(keyId))
            {
                return false;
            }

            Replace(keys);
        }

        End(keyId);
        return true;
    }

    /// <summary>Trips when the key is revoked or given another secret: what it opened, and is open still, ends then.</summary>
    public CancellationToken EndOf(KeyRecord key)
    {
        var end = _ends.GetOrAdd(key.KeyId, static _ => new()).Token;
        if (Get(key.KeyId)?.SecretSha256 != key.SecretSha256)
        {
            End(key.KeyId);
        }

        return end;
    }

    void End(string keyId)
    {
        if (_ends.TryRemove(keyId, out var end))
        {
            // Not on this thread: whoever revokes a key does not wait for sessions to end.
            _ = end.CancelAsync();
        }
    }

    void Replace(Dictionary<string, (KeyRecord Record, byte[] Hash)> keys)
    {
        var file = new KeyFile([.. keys.Values.Select(pair => pair.Record)]);
        PrivateFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(file, KeyFileJson.Default.KeyFile));
        _entry = new(keys);
    }

    static Dictionary<string, (KeyRecord, byte[])> Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), KeyFileJson.Default.KeyFile)!;
            return file.Keys.ToDictionary(key => key.KeyId, key => (key, Convert.FromHexString(key.SecretSha256)));
        }
        catch (Exception fault) when (fault is JsonException or FormatException)
        {
            throw new ConfigurationException($"{path} is damaged. Restore it from a backup, or move it away: the next start makes a new ADMIN key.");
        }
    }

    /// <param name="Keys">Never changed once it is here; a change replaces it.</param>
    sealed record Entry(Dictionary<string, (KeyRecord Record, byte[] Hash)> Keys)
    {
        public static readonly byte[] Nobody = new byte[32];
    }
}

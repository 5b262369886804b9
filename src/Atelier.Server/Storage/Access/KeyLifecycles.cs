using System.Collections.Immutable;
using System.Text.Json;
using Atelier.Server.Calls;
using Atelier.Server.Hosting;

namespace Atelier.Server.Storage;

/// <summary>
/// What each key wishes for its new files when a request says nothing: <c>storage-settings.json</c> in the data folder,
/// read by the first request that asks.
/// </summary>
sealed class KeyLifecycles(string dataFolder)
{
    readonly Lock _gate = new();
    ImmutableDictionary<string, ObjectLifecycle>? _byKey;

    string FilePath => Path.Combine(dataFolder, "storage-settings.json");

    /// <summary>The wishes of a key; of no key there are none.</summary>
    public ObjectLifecycle Of(string? keyId) =>
        keyId is not null && All().TryGetValue(keyId, out var found) ? found : ObjectLifecycle.Default;

    /// <summary>Replaces a key's wishes as a whole.</summary>
    public void Put(string keyId, ObjectLifecycle lifecycle)
    {
        lock (_gate)
        {
            var changed = lifecycle == ObjectLifecycle.Default
                ? All().Remove(keyId)
                : All().SetItem(keyId, lifecycle);
            PrivateFile.Write(
                FilePath,
                JsonSerializer.SerializeToUtf8Bytes(changed, StorageJson.Default.ImmutableDictionaryStringObjectLifecycle));
            _byKey = changed;
        }
    }

    ImmutableDictionary<string, ObjectLifecycle> All()
    {
        lock (_gate)
        {
            return _byKey ??= File.Exists(FilePath)
                ? JsonSerializer.Deserialize(
                    File.ReadAllBytes(FilePath), StorageJson.Default.ImmutableDictionaryStringObjectLifecycle)!
                : ImmutableDictionary<string, ObjectLifecycle>.Empty;
        }
    }
}

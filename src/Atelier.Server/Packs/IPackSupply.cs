namespace Atelier.Server.Packs;

/// <summary>Where a pull takes files from: the network, or a folder that somebody carried here.</summary>
interface IPackSupply
{
    /// <summary>Writes the wanted files of a source into a folder, each checked.</summary>
    /// <param name="progress">Takes the bytes of this source that are there.</param>
    Task PlaceAsync(
        PackManifest pack, PackSource source, string into, Action<long> progress, CancellationToken cancellationToken);
}

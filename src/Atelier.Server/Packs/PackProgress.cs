namespace Atelier.Server.Packs;

/// <summary>How far a pull is.</summary>
/// <param name="Pack">The pack's name.</param>
/// <param name="Bytes">Downloaded so far, earlier tries counted.</param>
/// <param name="Total">To be downloaded in all.</param>
readonly record struct PackProgress(string Pack, long Bytes, long Total);

using Atelier.Protocol;
using Atelier.Protocol.Apps;

namespace Atelier.Server.Calls;

/// <summary>Puts an app's packs on disk, so that a runner of it can start.</summary>
/// <param name="app">Whose packs.</param>
/// <param name="log">Takes progress, for the requests that wait.</param>
/// <returns>Pack name to folder; empty for an app without packs.</returns>
/// <exception cref="PackUnavailableException">A pack cannot be had; its sentence reaches the caller.</exception>
public delegate Task<IReadOnlyDictionary<string, string>> PreparePacks(
    AppManifest app, Action<LogLine> log, CancellationToken cancellationToken);

/// <summary>A pack cannot be had.</summary>
/// <param name="sentence">What is wrong and what helps, for the caller to read: no keys, no host paths.</param>
public sealed class PackUnavailableException(string sentence, Exception? cause = null) : Exception(sentence, cause);

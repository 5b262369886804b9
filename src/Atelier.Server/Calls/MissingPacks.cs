using Atelier.Protocol.Apps;

namespace Atelier.Server.Calls;

/// <summary>The names of an app's packs that are not on disk, or of no use there. Looks at files; pulls nothing.</summary>
public delegate IReadOnlyList<string> MissingPacks(AppManifest app);

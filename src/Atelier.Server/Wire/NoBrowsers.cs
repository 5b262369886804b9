namespace Atelier.Server.Wire;

/// <summary>Endpoint metadata: pages of other origins may not read the answers. <see cref="AdminOnly"/> says so too.</summary>
public sealed class NoBrowsers;

namespace Atelier.Server.Wire;

/// <summary>What the owner of a key calls it, or null when there is no such key any more.</summary>
public delegate string? KeyAlias(string keyId);

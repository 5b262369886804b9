namespace Atelier.Server.Wire;

/// <summary>Set on a request of a page without key whose origin the operator listed: it counts as a key of its own.</summary>
public sealed class KeylessPage;

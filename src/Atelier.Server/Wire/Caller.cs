namespace Atelier.Server.Wire;

/// <summary>Who sent the request, once its key was checked.</summary>
/// <param name="AccountId">One account today: <c>local</c>.</param>
/// <param name="KeyId">The public half of the key.</param>
/// <param name="IsAdmin">The key has the ADMIN scope; every key has API.</param>
public sealed record Caller(string AccountId, string KeyId, bool IsAdmin);

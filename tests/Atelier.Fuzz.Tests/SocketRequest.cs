namespace Atelier.Tests.Fuzz;

/// <summary>A good request, in the parts that are bent one at a time.</summary>
/// <param name="Line">Method and target.</param>
/// <param name="Headers">Each with its line end; the body's length is not among them.</param>
/// <param name="Body">Empty when there is none.</param>
/// <param name="IsUpgrade">The body is not a body but what follows the handshake: WebSocket frames.</param>
sealed record SocketRequest(string Line, string Headers, byte[] Body, bool IsUpgrade = false);

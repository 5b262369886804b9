namespace Atelier.Apps;

/// <summary>
/// Gives a path's WebSockets to a method: <c>Task M(WebSocket socket, Call call, CancellationToken cancellationToken)</c>.
/// What the frames mean is the app's own matter. The session ends when the method returns.
/// </summary>
/// <param name="path">Within the app: <c>/ws</c>.</param>
public sealed class WebSocketEndpointAttribute(string path) : EndpointAttribute(path);

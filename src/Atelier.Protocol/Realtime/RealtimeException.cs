namespace Atelier.Protocol.Realtime;

/// <summary>Ends a session with an <c>x-fal-error</c> frame. Both texts reach the client.</summary>
/// <param name="error">See <see cref="RealtimeFrames"/>.</param>
/// <param name="reason">A sentence for people.</param>
public sealed class RealtimeException(string error, string reason) : Exception(reason)
{
    public string Error { get; } = error;
}

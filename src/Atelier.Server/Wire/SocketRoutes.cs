using Microsoft.AspNetCore.Routing.Matching;

namespace Atelier.Server.Wire;

/// <summary>Endpoint metadata: the route is for WebSockets, and other requests do not see it.</summary>
public sealed class SocketsOnly;

/// <summary>
/// Lets one path serve calls and WebSockets: a handshake goes to the route marked <see cref="SocketsOnly"/>, every other
/// request to the one that is not.
/// </summary>
public sealed class SocketRoutes : MatcherPolicy, IEndpointSelectorPolicy
{
    /// <summary>A handshake by HTTP/1.1 is a GET, by HTTP/2 a CONNECT.</summary>
    public static IReadOnlyList<string> Methods { get; } = [HttpMethods.Get, HttpMethods.Connect];

    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsSocket);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var isSocket = httpContext.WebSockets.IsWebSocketRequest;
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && IsSocket(candidates[i].Endpoint) != isSocket)
            {
                candidates.SetValidity(i, false);
            }
        }

        return Task.CompletedTask;
    }

    static bool IsSocket(Endpoint endpoint) => endpoint.Metadata.GetMetadata<SocketsOnly>() is not null;
}

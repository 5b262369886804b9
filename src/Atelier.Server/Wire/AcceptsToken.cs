namespace Atelier.Server.Wire;

/// <summary>
/// Endpoint metadata: besides a key, the route takes a short-lived token in <c>?fal_jwt_token=</c>, as browsers do for
/// realtime and for streams that they open themselves (protocol §9 and §10).
/// </summary>
public sealed class AcceptsToken
{
    /// <summary>The query parameter.</summary>
    public const string Parameter = "fal_jwt_token";
}

using Microsoft.AspNetCore.Http;

namespace Atelier.Proxy;

/// <summary>What a proxy lets through, to whom, and with which key.</summary>
public sealed class FalProxyOptions
{
    /// <summary>
    /// The key that is added. Null reads <c>FAL_KEY</c>, else <c>FAL_KEY_ID</c> and <c>FAL_KEY_SECRET</c>; with a
    /// <see cref="BaseUrl"/>, <c>ATELIER_KEY</c> instead, since a key of fal's goes to fal alone.
    /// </summary>
    public string? Key { get; set; }

    /// <summary>Null forwards to fal.ai; the address of an Atelier server forwards there.</summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>
    /// Who may call: true lets the request through. Null asks for an authorization policy on the route
    /// (<c>.RequireAuthorization()</c>), for <see cref="AllowAnonymous"/>, or for a key that the caller brings.
    /// </summary>
    public Func<HttpContext, ValueTask<bool>>? IsAuthenticated { get; set; }

    /// <summary>Everybody who reaches the route may spend the key. False unless said.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// The endpoints that may be run, as globs over ids: <c>fal-ai/flux/**</c> is the app with all its paths, <c>*</c> is
    /// one segment or a part of it. All, unless said. Realtime tokens are held to it as well.
    /// </summary>
    public IList<string> AllowedEndpoints { get; } = [];

    /// <summary>
    /// The targets that may be named, as globs over host, path and query. Whatever is listed, only fal's own hosts over
    /// https are targets at all.
    /// </summary>
    public IList<string> AllowedTargets { get; } =
    [
        "fal.run/**", "queue.fal.run/**",
        "rest.fal.ai/storage/upload/**", "rest.alpha.fal.ai/storage/upload/**",
        "rest.fal.ai/tokens/**", "rest.alpha.fal.ai/tokens/**",
    ];

    /// <summary>A request body at most, in bytes; larger ones are 413. 100 MiB unless said.</summary>
    public long MaxRequestBytes { get; set; } = 100 * 1024 * 1024;

    /// <summary>To a connection; then 504. 15 seconds unless said.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>To the answer's first byte; then 504. A sync run may wait long, so it is 15 minutes unless said.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromMinutes(15);
}

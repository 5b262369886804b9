using Microsoft.AspNetCore.Http.Features;

namespace Atelier.Server.Wire;

/// <summary>
/// Which of fal's hosts a request means, and under which address the caller reached us. Set on every request, before
/// routing, whichever way it came: by <c>Host</c>, by path prefix, by <c>x-fal-target-url</c>, or on our own name.
/// </summary>
/// <remarks>
/// After it is set, <c>Request.Path</c> is always the canonical prefix form, <c>/queue.fal.run/…</c>,
/// <c>/fal.run/…</c>, <c>/rest.fal.ai/…</c>, <c>/v3.fal.media/…</c>, <c>/api.fal.ai/…</c> or <c>/fal.ai/…</c>, and routes
/// are mapped under it. Only <c>/health</c>, <c>/health/ready</c> and <c>/metrics</c> have no prefix.
/// </remarks>
/// <param name="Host">The canonical host: <c>queue.fal.run</c>.</param>
/// <param name="QueueBaseUrl">What request URLs in answers begin with, without trailing slash.</param>
/// <param name="FilesBaseUrl">What file URLs in answers begin with: <c>{FilesBaseUrl}/files/b/…</c>.</param>
/// <param name="RestBaseUrl">What upload URLs begin with.</param>
public sealed record WireTarget(string Host, string QueueBaseUrl, string FilesBaseUrl, string RestBaseUrl)
{
    /// <summary>The target of a request; it is set on every request before routing.</summary>
    public static WireTarget Of(HttpContext context) => context.Features.GetRequiredFeature<WireTarget>();
}

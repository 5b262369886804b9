using Atelier.Protocol;
using Atelier.Server.Wire;

namespace Atelier.Tests.Server.Wire;

public sealed class CanonicalPathTests
{
    [Theory]
    [InlineData("/health", null, "/health")]
    [InlineData("/health/ready", null, "/health/ready")]
    [InlineData("/fal-ai/flux/dev", "fal.run", "/fal-ai/flux/dev")]
    [InlineData("//fal-ai//flux", "fal.run", "//fal-ai//flux")]
    [InlineData("//queue.fal.run//fal-ai/flux", "queue.fal.run", "//fal-ai/flux")]
    [InlineData("/fal-ai/flux/requests/x/status", "queue.fal.run", "/fal-ai/flux/requests/x/status")]
    [InlineData("/workflows/acme/pipe/requests/x", "queue.fal.run", "/workflows/acme/pipe/requests/x")]
    [InlineData("/queue.fal.run/fal-ai/flux", "queue.fal.run", "/fal-ai/flux")]
    [InlineData("/rest.alpha.fal.ai/storage/upload/initiate", "rest.fal.ai", "/storage/upload/initiate")]
    [InlineData("/storage/upload/initiate", "rest.fal.ai", "/storage/upload/initiate")]
    [InlineData("/tokens/", "rest.fal.ai", "/tokens/")]
    [InlineData("/files/b/00/x.png", "v3.fal.media", "/files/b/00/x.png")]
    [InlineData("/v3b.fal.media/files/b/00/x.png", "v3.fal.media", "/files/b/00/x.png")]
    [InlineData("/v1/models", "api.fal.ai", "/v1/models")]
    [InlineData("/api/openapi/queue/openapi.json", "fal.ai", "/api/openapi/queue/openapi.json")]
    public void A_path_on_our_own_host_means_one_service(string path, string? host, string canonical) =>
        Assert.Equal(new CanonicalPath(host, canonical), CanonicalPath.OfOwn(path));

    [Theory]
    [InlineData("evil-fal.run")]
    [InlineData("fal.run.evil.com")]
    [InlineData("xqueue.fal.run")]
    public void A_name_that_only_ends_like_a_fal_host_is_none(string host) => Assert.Null(FalHostNames.Find(host));
}

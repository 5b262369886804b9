using Atelier.Server.Queue;

namespace Atelier.Tests.Server.Queue;

public sealed class RequestRouteTests
{
    const string Id = "019e6d0a-e5be-7b82-b329-35ae64296902";

    [Theory]
    [InlineData("fal-ai/flux/requests/{id}", RequestAction.Result)]
    [InlineData("/fal-ai/flux/requests/{id}/", RequestAction.Result)]
    [InlineData("/fal-ai/flux/requests/{id}/response", RequestAction.Result)]
    [InlineData("/fal-ai/flux/requests/{id}/response/", RequestAction.Result)]
    [InlineData("/fal-ai/flux/requests/{id}/status", RequestAction.Status)]
    [InlineData("/fal-ai/flux/requests/{id}/status/", RequestAction.Status)]
    [InlineData("/fal-ai/flux/requests/{id}/status/stream", RequestAction.StatusStream)]
    [InlineData("/fal-ai/flux/requests/{id}/cancel", RequestAction.Cancel)]
    // The whole endpoint id, as the OpenAPI document has it.
    [InlineData("/fal-ai/flux/dev/image-to-image/requests/{id}/status", RequestAction.Status)]
    // A workflow: JavaScript and Python keep the namespace, Java and Dart drop it, Swift takes two segments.
    [InlineData("/workflows/acme/pipe/requests/{id}", RequestAction.Result)]
    [InlineData("/acme/pipe/requests/{id}", RequestAction.Result)]
    [InlineData("/workflows/acme/requests/{id}/cancel", RequestAction.Cancel)]
    [InlineData("/requests/{id}", RequestAction.Result)]
    [InlineData("/acme/requests/requests/{id}/status", RequestAction.Status)]
    [InlineData("/acme//flux/requests//{id}//status", RequestAction.Status)]
    public void A_request_is_found_behind_any_prefix(string path, object action)
    {
        Assert.True(RequestRoute.TryParse(path.Replace("{id}", Id), out var route));
        Assert.Equal(new RequestRoute(Id, (RequestAction)action), route);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123x")]
    public void What_can_be_no_id_names_a_request_that_nobody_has(string id)
    {
        Assert.True(RequestRoute.TryParse($"/fal-ai/flux/requests/{id}/status", out var route));
        Assert.Equal(new RequestRoute("", RequestAction.Status), route);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/fal-ai/flux")]
    [InlineData("/fal-ai/requests")]
    [InlineData("/fal-ai/flux/requests/")]
    [InlineData("/fal-ai/flux/myrequests/1")]
    [InlineData("/fal-ai/flux/requests/1/other")]
    [InlineData("/fal-ai/flux/requests/1/status/other")]
    public void Anything_else_is_no_request(string path) => Assert.False(RequestRoute.TryParse(path, out _));
}

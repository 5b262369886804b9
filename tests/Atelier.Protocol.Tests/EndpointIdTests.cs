using Atelier.Protocol;

namespace Atelier.Tests.Protocol;

public sealed class EndpointIdTests
{
    [Theory]
    [InlineData("fal-ai/flux", "fal-ai/flux", "/")]
    [InlineData("/fal-ai/flux/dev/image-to-image/", "fal-ai/flux", "/dev/image-to-image")]
    [InlineData("fal-ai//kokoro//american-english", "fal-ai/kokoro", "/american-english")]
    [InlineData("workflows/acme/pipe", "workflows/acme/pipe", "/")]
    [InlineData("comfy/acme/pipe/run", "comfy/acme/pipe", "/run")]
    [InlineData("110602490-lora", "110602490/lora", "/")]
    [InlineData("110602490-sdxl-turbo", "110602490/sdxl-turbo", "/")]
    public void An_id_is_an_app_and_a_path(string text, string app, string path)
    {
        Assert.True(EndpointId.TryParse(text, out var id));
        Assert.Equal(app, id.App);
        Assert.Equal(path, id.Path);
    }

    [Theory]
    [InlineData("flux")]
    [InlineData("fal-ai-flux")]
    [InlineData("110602490-")]
    [InlineData("")]
    [InlineData("v1/models")]
    [InlineData("workflows/acme")]
    [InlineData("fal-ai/../etc")]
    [InlineData("fal-ai/fl ux")]
    [InlineData("fal-ai/flux?x=1")]
    public void What_is_no_id_is_refused(string text)
    {
        Assert.False(EndpointId.TryParse(text, out _));
        Assert.Throws<FormatException>(() => EndpointId.Parse(text));
    }
}

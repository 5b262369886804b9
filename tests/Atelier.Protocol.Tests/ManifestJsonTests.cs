using System.Text.Json;
using Atelier.Protocol.Apps;

namespace Atelier.Tests.Protocol;

public sealed class ManifestJsonTests
{
    [Fact]
    public void What_a_manifest_leaves_out_has_its_default()
    {
        const string Json = """
            [{"app":"a/b","scaling":{"keep_alive_seconds":5},"endpoints":[
              {"id":"a/b","path":"/","title":"t","category":"json","description":"d","input":{},"output":{}}]},
             {"app":"a/c","endpoints":[]}]
            """;

        var apps = JsonSerializer.Deserialize(Json, ManifestJson.Default.IReadOnlyListAppManifest)!;

        Assert.Empty(apps[0].Packs);
        Assert.Equal("own", apps[0].Endpoints[0].Fidelity);
        Assert.Equal(new AppScaling { KeepAliveSeconds = 5 }, apps[0].Scaling);
        Assert.Equal(new AppScaling(), apps[1].Scaling);
        Assert.Equal((60, 1, 0, 1), (
            apps[1].Scaling.KeepAliveSeconds, apps[1].Scaling.MaxMultiplexing, apps[1].Scaling.MinConcurrency,
            apps[1].Scaling.MaxConcurrency));
    }
}

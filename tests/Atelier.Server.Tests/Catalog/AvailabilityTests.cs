using Atelier.Server.Catalog;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Catalog;

public sealed class AvailabilityTests
{
    readonly ManualTime _time = new();

    [Fact]
    public void A_model_whose_packs_are_not_on_disk_needs_weights_until_they_are()
    {
        List<string> missing = ["net", "voices"];
        var looks = 0;
        var availability = new Availability(_time, _ =>
        {
            looks++;
            return [.. missing];
        });
        var model = Model(["net", "voices"]);

        Assert.Equal("needs_weights", availability.Of(model));
        Assert.Equal(["net", "voices"], availability.Missing(model));
        missing.Clear();
        Assert.Equal("needs_weights", availability.Of(model));
        Assert.Equal(1, looks);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("local", availability.Of(model));
    }

    [Fact]
    public void A_model_without_packs_is_never_looked_up() =>
        Assert.Equal("local", new Availability(_time, _ => throw new InvalidOperationException()).Of(Model([])));

    static CatalogModel Model(string[] packs)
    {
        var paint = TestApps.Directory(new ScriptedRunner()).FindApp(TestApps.Paint)!.Manifest;
        return new(paint with { Packs = packs }, paint.Endpoints[0], null);
    }
}

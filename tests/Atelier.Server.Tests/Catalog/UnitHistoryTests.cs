using Atelier.Server.Catalog;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Catalog;

public sealed class UnitHistoryTests
{
    [Fact]
    public async Task The_mean_is_of_the_account_s_calls_that_succeeded_and_silence_counts_as_one()
    {
        await using var host = await WireHost.StartAsync();
        foreach (var outcome in (Atelier.Server.Calls.RunnerOutcome[])
            [
                ScriptedRunner.Answer(200, "{}", ("x-fal-billable-units", "2.5")),
                ScriptedRunner.Answer(200, "{}", ("x-fal-billable-units", "5.5")),
                ScriptedRunner.Ok,
                ScriptedRunner.Answer(400, "{}", ("x-fal-billable-units", "90")),
            ])
        {
            host.Runner.Always(outcome);
            await host.CompletedAsync(await host.SubmitAsync());
        }

        var history = new UnitHistory(host.Store, TimeProvider.System);

        Assert.Equal(3m, await history.AverageAsync("local", TestApps.Paint, TestContext.Current.CancellationToken));
        Assert.Null(await history.AverageAsync("other", TestApps.Paint, TestContext.Current.CancellationToken));
        Assert.Null(await history.AverageAsync("local", "far/flux/dev", TestContext.Current.CancellationToken));
    }
}

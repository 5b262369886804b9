using Atelier.Server.Hosting;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Hosting;

/// <summary>A server that cannot start says so in a sentence; anything else would end in a stack trace.</summary>
public sealed class StartFaultTests
{
    [Theory]
    [InlineData("runners_program")]
    [InlineData("runners_apps")]
    public async Task A_runner_program_that_is_not_there_is_told_in_a_sentence(string setting)
    {
        var fault = await Assert.ThrowsAsync<ConfigurationException>(
            () => TestServer.StartAsync(new() { [setting] = "/nowhere/at-all" }));

        Assert.Contains("/nowhere/at-all does not exist", fault.Message, StringComparison.Ordinal);
    }
}

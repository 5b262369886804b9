using System.Text;
using Atelier.Server.Calls;
using Atelier.Server.Echo;

namespace Atelier.Tests.Echo;

/// <summary><c>atelier/echo-process</c>, in the built runner program.</summary>
public sealed class EchoProcessTests(EchoProcessFixture fixture) : EchoConformance, IClassFixture<EchoProcessFixture>
{
    [Fact]
    public async Task A_crash_is_told_as_a_signal_and_the_next_call_is_answered()
    {
        var outcome = await fixture.App.Runner.RunAsync(
            NewCall("request-a", """{"crash":true}"""), TestContext.Current.CancellationToken);

        Assert.Equal(new RunnerOutcome.Failed(RunnerFailure.Killed, "The runner was ended by signal 6."), outcome);
        Assert.Equal(200, (await CallAsync("request-b", "{}")).Status);
    }

    [Fact]
    public async Task A_delay_is_cancelled_and_the_runner_stays()
    {
        await CallAsync("request-a", "{}");
        var before = fixture.Fleets.Snapshot();
        var logged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var cancel = new CancellationTokenSource();
        var call = fixture.App.Runner.RunAsync(
            NewCall("request-b", """{"logs":1,"delay_ms":600000}""") with { Log = _ => logged.TrySetResult() }, cancel.Token);
        await logged.Task;

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(before.Select(runner => runner.ProcessId), fixture.Fleets.Snapshot().Select(runner => runner.ProcessId));
    }

    [Fact]
    public void Both_echoes_have_the_same_fields()
    {
        foreach (var own in EchoManifest.Create().Endpoints)
        {
            var process = fixture.App.Manifest.Endpoints.Single(endpoint => endpoint.Path == own.Path);
            Assert.Equal(
                process.Input["x-fal-order-properties"]?.ToJsonString(), own.Input["x-fal-order-properties"]?.ToJsonString());
            Assert.Equal(process.Output.ToJsonString(), own.Output.ToJsonString());
            Assert.Equal(process.Streams, own.Streams);
            Assert.Equal(process.Realtime, own.Realtime);
        }
    }

    internal override IRunner Runner => fixture.App.Runner;

    protected override string App => "atelier/echo-process";

    protected override Task<EchoAnswer> CallAsync(string requestId, string input, int attempt = 1) => CallAsync(
        fixture.App.Runner, "atelier/echo-process", requestId, input, attempt, TestContext.Current.CancellationToken);

    static RunnerCall NewCall(string requestId, string input) => new()
    {
        RequestId = requestId,
        App = "atelier/echo-process",
        Endpoint = "atelier/echo-process",
        Path = "/",
        Attempt = 1,
        Input = Encoding.UTF8.GetBytes(input),
        Log = _ => { },
        Rights = new("local", "http://127.0.0.1", null),
    };
}

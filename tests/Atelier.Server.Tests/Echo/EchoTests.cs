using System.Text;
using Atelier.Server.Calls;
using Atelier.Server.Echo;

namespace Atelier.Tests.Echo;

/// <summary><c>atelier/echo</c>, in the server process.</summary>
public sealed class EchoTests : EchoConformance
{
    [Theory]
    [InlineData("crash")]
    [InlineData("hang")]
    public async Task What_needs_a_process_is_refused(string field)
    {
        var answer = await CallAsync("request-a", $$"""{"{{field}}":true}""");

        Assert.Equal(422, answer.Status);
        Assert.Equal(
            $$"""{"detail":[{"loc":["body","{{field}}"],"msg":"Only atelier/echo-process has a process of its own","type":"feature_not_supported","url":"https://docs.fal.ai/errors/#feature_not_supported"}]}""",
            answer.Body);
    }

    [Fact]
    public async Task The_delay_is_waited_for_and_can_be_cancelled()
    {
        var time = new ManualTime();
        var runner = new EchoRunner(StoreAsync, time);
        using var cancel = new CancellationTokenSource();
        var waited = CallAsync(runner, EchoManifest.App, "a", """{"delay_ms":600000}""", 1, CancellationToken.None);
        var cancelled = CallAsync(runner, EchoManifest.App, "b", """{"delay_ms":600000}""", 1, cancel.Token);

        time.Advance(TimeSpan.FromMilliseconds(599_999));
        Assert.False(waited.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(200, (await waited).Status);
    }

    internal override IRunner Runner { get; } = new EchoRunner(StoreAsync, TimeProvider.System);

    protected override string App => EchoManifest.App;

    protected override Task<EchoAnswer> CallAsync(string requestId, string input, int attempt = 1) => CallAsync(
        new EchoRunner(StoreAsync, TimeProvider.System), EchoManifest.App, requestId, input, attempt,
        TestContext.Current.CancellationToken);

    static async Task<SavedFile> StoreAsync(
        CallRights rights, Stream content, string contentType, string fileName, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(content, Encoding.UTF8);
        Assert.Equal("grün", await reader.ReadToEndAsync(cancellationToken));
        return new($"{rights.FilesBaseUrl}/files/b/1/{fileName}", contentType, fileName, 5);
    }
}

using Atelier.Queue;

namespace Atelier.Tests.Server.History;

public sealed class PayloadDeletionTests : IAsyncLifetime
{
    HistoryHost _host = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await HistoryHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Bodies_and_the_files_that_the_answer_names_are_deleted()
    {
        var id = await _host.RecordAsync(
            1, answer: """{"images":[{"url":"http://here/a"},{"url":"http://here/stuck"},{"url":"http://here/a"}],"from":"https://elsewhere/b"}""");

        Assert.Equal(
            (200, """{"cdn_delete_results":[{"link":"http://here/a","exception":null},{"link":"http://here/stuck","exception":"It is stuck."}]}"""),
            await _host.SendAsync("DELETE", $"/models/requests/{id}/payloads"));
        Assert.Equal((200, """{"cdn_delete_results":[]}"""), await _host.SendAsync("DELETE", $"/models/requests/{id}/payloads"));

        Assert.Equal(["http://here/a", "http://here/stuck"], _host.Deleted);
        Assert.Null(await _host.Store.AnswerAsync(id, "local", Stop));
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains(
            "\"json_input\":null,\"json_output\":null", await _host.GetAsync("/models/requests/by-endpoint?endpoint_id=acme/paint&expand=payloads"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_an_unfinished_and_a_malformed_id_are_refused()
    {
        var waiting = Guid.CreateVersion7().ToString();
        await _host.Store.EnqueueAsync(
            [new NewJob { Id = waiting, AccountId = "local", KeyId = "key", App = "acme/paint", Endpoint = "acme/paint", Input = "{}"u8.ToArray() }], Stop);

        Assert.Equal(404, (await _host.SendAsync("DELETE", $"/models/requests/{Guid.CreateVersion7()}/payloads")).Status);
        Assert.Equal(
            (400, """{"error":{"type":"validation_error","message":"Request is still in progress"}}"""),
            await _host.SendAsync("DELETE", $"/models/requests/{waiting}/payloads"));
        Assert.Equal(400, (await _host.SendAsync("DELETE", "/models/requests/nope/payloads")).Status);
    }
}

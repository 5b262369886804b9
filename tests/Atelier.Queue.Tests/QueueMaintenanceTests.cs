using Atelier.Tests;

namespace Atelier.Queue.Tests;

public sealed class QueueMaintenanceTests
{
    [Fact]
    public async Task A_start_deadline_is_noticed_without_anyone_asking()
    {
        var stop = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var time = new ManualTime();
        await using var store = await SqliteQueueStore.OpenAsync(folder.Options, time, stop);
        using var stopping = new CancellationTokenSource();
        var maintenance = new QueueMaintenance(store, time, _ => { }).RunAsync(stopping.Token);
        var job = new NewJob
        {
            Id = "a",
            AccountId = "me",
            KeyId = "key",
            App = "a/b",
            Endpoint = "a/b",
            Input = "{}"u8.ToArray(),
            StartBefore = time.GetUtcNow().AddSeconds(3),
        };
        await store.EnqueueAsync([job], stop);

        time.Advance(TimeSpan.FromSeconds(3));
        await store.CompletionAsync("a", stop);

        Assert.Equal(504, (await store.FindAsync("a", "me", stop))!.ResultStatus);
        await stopping.CancelAsync();
        await maintenance;
    }
}

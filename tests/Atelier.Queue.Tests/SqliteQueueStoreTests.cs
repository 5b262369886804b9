using Atelier.Queue.Webhooks;

namespace Atelier.Queue.Tests;

/// <summary>The store's specification, on SQLite.</summary>
public sealed class SqliteQueueStoreTests : QueueStoreConformance
{
    readonly TemporaryFolder _folder = new();

    protected override IWebhookOutbox Outbox => ((SqliteQueueStore)Store).Webhooks;

    protected override async Task<IQueueStore> OpenAsync() =>
        await SqliteQueueStore.OpenAsync(_folder.Options, Time, Stop);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}

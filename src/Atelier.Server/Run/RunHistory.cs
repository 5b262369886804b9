using System.Threading.Channels;
using Atelier.Queue;

namespace Atelier.Server.Run;

/// <summary>Writes finished sync runs into the history, after their callers have their answers.</summary>
sealed partial class RunHistory(IQueueStore store, ILogger<RunHistory> logger) : BackgroundService
{
    // Each entry holds a whole answer, so few may wait; a caller of a further run waits for the disk instead.
    const int WaitingMax = 256;

    readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(new BoundedChannelOptions(WaitingMax)
    {
        SingleReader = true,
        FullMode = BoundedChannelFullMode.Wait,
    });

    /// <summary>Takes one finished run. After the server's stop it is dropped.</summary>
    public async ValueTask AddAsync(NewJob job, DateTimeOffset startedAt, StoredAnswer answer, LogBuffer log)
    {
        var entry = new Entry(job, startedAt, answer, log);
        while (!_entries.Writer.TryWrite(entry))
        {
            if (!await _entries.Writer.WaitToWriteAsync())
            {
                return;
            }
        }
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _entries.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    // Ends when the channel is completed and empty, not by the token: what was answered is written.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Task> batch = [];
        while (await _entries.Reader.WaitToReadAsync(CancellationToken.None))
        {
            // Together, so that they share a commit.
            while (batch.Count < WaitingMax && _entries.Reader.TryRead(out var entry))
            {
                batch.Add(WriteAsync(entry));
            }

            await Task.WhenAll(batch);
            batch.Clear();
        }
    }

    async Task WriteAsync(Entry entry)
    {
        try
        {
            await store.RecordAsync(entry.Job, entry.StartedAt, entry.Answer, entry.Log, CancellationToken.None);
        }
        catch (QueueUnavailableException full)
        {
            Log.NotRecorded(logger, full, entry.Job.Id);
        }
    }

    sealed record Entry(NewJob Job, DateTimeOffset StartedAt, StoredAnswer Answer, LogBuffer Log);

    static partial class Log
    {
        [LoggerMessage(1302, LogLevel.Warning, "Sync run {RequestId} was answered but could not be written into the history.")]
        public static partial void NotRecorded(ILogger logger, Exception fault, string requestId);
    }
}

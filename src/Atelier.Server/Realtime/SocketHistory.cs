using Atelier.Queue;
using Atelier.Server.Calls;

namespace Atelier.Server.Realtime;

/// <summary>Counts what came by WebSocket and writes it into the history, once it is over.</summary>
sealed partial class SocketHistory(IQueueStore store, ILogger<SocketHistory> logger)
{
    public async Task AddAsync(SocketCall call, StoredAnswer answer)
    {
        CallMetrics.Completed(call.Endpoint.Id, answer.Status);
        Log.Ended(logger, call.RequestId, call.Endpoint.Id, answer.Status);
        try
        {
            await store.RecordAsync(call.ToJob(), call.StartedAt, answer, call.Log, CancellationToken.None);
        }
        catch (QueueUnavailableException full)
        {
            Log.NotRecorded(logger, full, call.RequestId);
        }
    }

    static partial class Log
    {
        [LoggerMessage(1601, LogLevel.Debug, "The session {RequestId} of {Endpoint} ended with {Status}.")]
        public static partial void Ended(ILogger logger, string requestId, string endpoint, int status);

        [LoggerMessage(1602, LogLevel.Warning, "The session {RequestId} could not be written into the history.")]
        public static partial void NotRecorded(ILogger logger, Exception fault, string requestId);
    }
}

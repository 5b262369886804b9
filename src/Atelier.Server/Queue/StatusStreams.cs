using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Hosting;
using Atelier.Server.Wire;

namespace Atelier.Server.Queue;

/// <summary>The status as server-sent events: one at once, one at every change, and the end after COMPLETED.</summary>
/// <remarks>
/// A stream waits on the store's signal and reads memory only. A place in line changes with every claim of the app, for
/// everyone behind it; so it is looked up at a steady pace instead, one lookup in an order statistic.
/// </remarks>
sealed class StatusStreams(IQueueStore store, QueueOptions options, ServerState state, TimeProvider time)
{
    /// <summary>The longest silence. Java clients give up after 10 seconds, and a timer may be late.</summary>
    static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(4);

    /// <summary>How old the place in line that a caller sees may be.</summary>
    static readonly TimeSpan PositionPace = TimeSpan.FromMilliseconds(500);

    static readonly WireError TooMany = WireError.Detail(
        503, "Too many status streams are open. Poll the status instead.", "concurrent_requests_limit");

    static readonly byte[] Ping = ": ping\n\n"u8.ToArray();

    // Changed by every request's own thread, interlocked.
    int _open;

    /// <summary>Streams that are open now.</summary>
    public int Open => Volatile.Read(ref _open);

    public async Task HandleAsync(HttpContext context, string id, bool wantsLogs)
    {
        var account = Caller.Of(context).AccountId;
        if (await store.FindAsync(id, account, context.RequestAborted) is null)
        {
            JsonAnswer.Send(context, 404, ControlAnswers.NotFound);
            return;
        }

        CallMetrics.StatusStreams(1);
        try
        {
            if (Interlocked.Increment(ref _open) > options.StatusStreamsMax)
            {
                await TooMany.ExecuteAsync(context);
                return;
            }

            context.Response.ContentType = OpenAnswer.EventStream;
            context.Response.Headers.CacheControl = "no-store";
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await StreamAsync(context, new(id, account, wantsLogs));
            }
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            CallMetrics.StatusStreams(-1);
        }
    }

    async Task StreamAsync(HttpContext context, Watched watched)
    {
        using var answer = new OpenAnswer(context);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, state.DrainBegun);
        var silentSince = time.GetTimestamp();
        while (true)
        {
            // Before the look, so that a change after it is not missed.
            var change = store.NextChange(watched.Id);
            var seen = await watched.LookAsync(store, WireTarget.Of(context).QueueBaseUrl, context.RequestAborted);
            if (seen is { } status)
            {
                silentSince = time.GetTimestamp();
                if (!await answer.WriteAsync(JsonAnswer.ToEvent(status, StatusAnswer.Write)) || status.Job.State is JobState.Completed)
                {
                    return;
                }
            }
            else if (time.GetElapsedTime(silentSince) >= KeepAlive)
            {
                silentSince = time.GetTimestamp();
                if (!await answer.WriteAsync(Ping))
                {
                    return;
                }
            }

            if (watched.IsGone || (state.IsDraining && watched.IsWaiting))
            {
                // Nothing of this server's will complete it; a clean end would be taken for a completion.
                answer.BreakOff();
                return;
            }

            await change.WaitAsync(Pause(watched, silentSince), time, Wake(context, stop))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (context.RequestAborted.IsCancellationRequested)
            {
                return;
            }
        }
    }

    TimeSpan Pause(Watched watched, long silentSince)
    {
        var untilPing = KeepAlive - time.GetElapsedTime(silentSince);
        var longest = watched.IsWaiting ? PositionPace : KeepAlive;
        return untilPing <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : untilPing < longest ? untilPing : longest;
    }

    // A stop wakes every stream once; those of running work then stay until the work has ended or is put back.
    CancellationToken Wake(HttpContext context, CancellationTokenSource stop) =>
        state.DrainBegun.IsCancellationRequested ? context.RequestAborted : stop.Token;

    /// <summary>One request as a stream's reader knows it.</summary>
    sealed class Watched(string id, string account, bool wantsLogs)
    {
        (JobState State, int Position)? _told;
        int _lines;

        public string Id => id;

        public bool IsWaiting => _told?.State is JobState.InQueue;

        /// <summary>It was there, and is not any more.</summary>
        public bool IsGone { get; private set; }

        /// <summary>What is new to the reader, or null when nothing is.</summary>
        public async ValueTask<StatusAnswer?> LookAsync(IQueueStore store, string queueBaseUrl, CancellationToken cancellationToken)
        {
            if (await store.FindAsync(id, account, cancellationToken) is not { } job)
            {
                IsGone = true;
                return null;
            }

            IReadOnlyList<JobLog> lines = wantsLogs ? await store.NewLogsAsync(id, account, _lines, cancellationToken) : [];
            var now = (job.State, job.State is JobState.InQueue ? Math.Max(0, store.Position(id)) : 0);
            if (now == _told && lines.Count == 0)
            {
                return null;
            }

            _told = now;
            _lines += lines.Count;
            var failure = await Failure.OfAsync(store, job, cancellationToken);
            return new(queueBaseUrl, job, now.Item2, wantsLogs ? lines : null, failure);
        }
    }
}

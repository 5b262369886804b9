using System.Collections.Concurrent;
using Atelier.Queue;

namespace Atelier.Server.Queue;

/// <summary>A place that one submit with <c>fal_max_queue_length</c> holds until its request is in the queue.</summary>
/// <remarks>
/// The queue's length is known only after the commit, and many submits may be on their way to it; those that set a limit
/// count one another. For a moment a request counts twice, so a full line is refused rather than overfilled.
/// </remarks>
/// <param name="store">Knows who waits.</param>
/// <param name="submitting">By app, how many places are held; shared by all submits.</param>
sealed class QueuePlace(IQueueStore store, ConcurrentDictionary<string, int> submitting) : IDisposable
{
    string? _app;

    /// <summary>Takes a place unless more than <paramref name="max"/> requests wait.</summary>
    public bool TryTake(string app, int max, out int waiting)
    {
        var others = submitting.AddOrUpdate(app, 1, static (_, held) => held + 1) - 1;
        _app = app;
        waiting = store.Waiting(app) + others;
        return waiting <= max;
    }

    public void Dispose()
    {
        if (_app is { } app)
        {
            submitting.AddOrUpdate(app, 0, static (_, held) => held - 1);
        }
    }
}

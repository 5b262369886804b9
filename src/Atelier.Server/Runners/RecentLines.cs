using Atelier.Protocol;

namespace Atelier.Server.Runners;

/// <summary>The latest lines of a runner's output, for the request that finds it dead.</summary>
sealed class RecentLines
{
    const int Capacity = 200;

    readonly Lock _gate = new();
    readonly Queue<LogLine> _lines = new(Capacity);

    public void Add(LogLine line)
    {
        lock (_gate)
        {
            if (_lines.Count == Capacity)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
        }
    }

    /// <summary>At most so many of the latest, oldest first.</summary>
    public IReadOnlyList<LogLine> Last(int count)
    {
        lock (_gate)
        {
            return [.. _lines.Skip(Math.Max(0, _lines.Count - count))];
        }
    }
}

using Atelier.Protocol;
using Atelier.Queue;

namespace Atelier.Server.Run;

/// <summary>The lines of one sync run, kept until its history row is written.</summary>
sealed class RunLogs
{
    // One more than the store keeps, so that the store says how a longer log was cut.
    const int LinesMax = 10_001;

    readonly Lock _gate = new();
    readonly List<JobLog> _lines = [];

    /// <summary>Adds a line, from any thread.</summary>
    public void Add(LogLine line)
    {
        lock (_gate)
        {
            if (_lines.Count < LinesMax)
            {
                _lines.Add(new(line.Timestamp, line.Level, line.Message));
            }
        }
    }

    public IReadOnlyList<JobLog> ToList()
    {
        lock (_gate)
        {
            return [.. _lines];
        }
    }
}

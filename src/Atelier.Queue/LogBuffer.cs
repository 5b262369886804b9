using System.Text;

namespace Atelier.Queue;

/// <summary>
/// The lines that a request wrote in this process, within the limits of a log: what readers see at once and what is not
/// yet on disk.
/// </summary>
/// <remarks>Its own lock guards every field: runners append while readers and the writer thread look.</remarks>
public sealed class LogBuffer
{
    /// <summary>Lines that a log holds; what comes after them is counted only.</summary>
    public const int LinesMax = 10_000;

    /// <summary>A line's text, in bytes of UTF-8; what is longer is cut.</summary>
    public const int MessageMaxBytes = 8 * 1024;

    readonly Lock _gate = new();
    readonly List<JobLog> _lines = [];
    readonly int _earlier;
    int _dropped;
    int _saved;
    int _savedDropped;

    /// <param name="earlier">Lines that are on disk from an earlier process.</param>
    /// <param name="dropped">Lines that were dropped until now.</param>
    public LogBuffer(int earlier = 0, int dropped = 0) =>
        (_earlier, _dropped, _savedDropped) = (earlier, dropped, dropped);

    /// <summary>Lines on disk that are not in memory.</summary>
    public int Earlier => _earlier;

    /// <summary>Estimated memory of the lines, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds lines up to the limit and counts the rest.</summary>
    public void Append(IReadOnlyList<JobLog> lines)
    {
        lock (_gate)
        {
            foreach (var line in lines)
            {
                if (_earlier + _lines.Count >= LinesMax)
                {
                    _dropped++;
                    continue;
                }

                var shortened = line with { Message = Shorten(line.Message) };
                _lines.Add(shortened);
                Bytes += 64 + (2 * shortened.Message.Length);
            }
        }
    }

    /// <summary>The lines in memory from a line of the log on, and how many were dropped in all.</summary>
    public (IReadOnlyList<JobLog> Lines, int Dropped) Snapshot(int from = 0)
    {
        lock (_gate)
        {
            return (_lines[Math.Clamp(from - _earlier, 0, _lines.Count)..], _dropped);
        }
    }

    /// <summary>What must be written, and the counts that hold once it is.</summary>
    public (int FirstLine, IReadOnlyList<JobLog> Lines, int Total, int Dropped)? Unsaved()
    {
        lock (_gate)
        {
            return _saved == _lines.Count && _savedDropped == _dropped
                ? null
                : (_earlier + _saved, _lines[_saved..], _earlier + _lines.Count, _dropped);
        }
    }

    /// <summary>The counts of an <see cref="Unsaved"/> are on disk.</summary>
    public void MarkSaved(int total, int dropped)
    {
        lock (_gate)
        {
            (_saved, _savedDropped) = (total - _earlier, dropped);
        }
    }

    /// <summary>A log as readers get it: past the limit, a last line says how many were dropped.</summary>
    public static IReadOnlyList<JobLog> Complete(List<JobLog> lines, int dropped)
    {
        if (dropped > 0)
        {
            lines.Add(new(lines[^1].Timestamp, "WARN", $"{dropped} lines were dropped: a log holds {LinesMax}."));
        }

        return lines;
    }

    static string Shorten(string message)
    {
        if (message.Length * 3 <= MessageMaxBytes || Encoding.UTF8.GetByteCount(message) <= MessageMaxBytes)
        {
            return message;
        }

        // Whole characters only: a cut pair or sequence would not be valid UTF-8.
        var length = 0;
        var bytes = 0;
        foreach (var rune in message.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MessageMaxBytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return message[..length];
    }
}

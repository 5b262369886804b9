using System.Numerics;

namespace Atelier.Queue;

/// <summary>Durations in microseconds, counted in slots of at most 1/128 of their value: memory does not grow with them.</summary>
public sealed class DurationHistogram
{
    const int SlotBits = 7;
    const int SlotsPerOctave = 1 << SlotBits;

    readonly Dictionary<int, long> _slots = [];

    /// <summary>How many durations.</summary>
    public long Count { get; private set; }

    /// <summary>Their exact sum.</summary>
    public TimeSpan Total { get; private set; }

    /// <summary>A duration that <paramref name="percent"/> of all do not exceed, to within 1 %; zero when there is none.</summary>
    /// <param name="percent">0 to 100.</param>
    public TimeSpan Percentile(double percent)
    {
        // Nearest rank: the smallest value that at least so many do not exceed.
        var rank = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));
        foreach (var (slot, count) in _slots.OrderBy(pair => pair.Key))
        {
            rank -= count;
            if (rank <= 0)
            {
                return TimeSpan.FromMicroseconds(Middle(slot));
            }
        }

        return TimeSpan.Zero;
    }

    internal void Add(long micros)
    {
        // A clock that was set back makes no negative duration.
        micros = Math.Max(0, micros);
        Count++;
        Total += TimeSpan.FromMicroseconds(micros);
        var slot = Slot(micros);
        _slots[slot] = _slots.GetValueOrDefault(slot) + 1;
    }

    // Below 256 microseconds each value has a slot; above, each octave has 128.
    static int Slot(long micros)
    {
        var octave = Math.Max(0, BitOperations.Log2((ulong)micros) - SlotBits);
        return (octave * SlotsPerOctave) + (int)(micros >> octave);
    }

    static long Middle(int slot)
    {
        var octave = Math.Max(0, (slot >> SlotBits) - 1);
        var first = (long)(slot - (octave * SlotsPerOctave)) << octave;
        return first + ((1L << octave) / 2);
    }
}

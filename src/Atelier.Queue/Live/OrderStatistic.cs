namespace Atelier.Queue.Live;

/// <summary>
/// Counts the waiting places before a place, in O(log n): a Fenwick tree over arrival places that only grow.
/// </summary>
sealed class OrderStatistic
{
    const int FirstCapacity = 1024;

    int[] _sums;

    public OrderStatistic(int capacity = FirstCapacity) => _sums = new int[Math.Max(capacity, FirstCapacity) + 1];

    /// <summary>Places from 0 up to this.</summary>
    public int Capacity => _sums.Length - 1;

    public void Add(int place, int by)
    {
        for (var node = place + 1; node < _sums.Length; node += node & -node)
        {
            _sums[node] += by;
        }
    }

    /// <summary>How many are counted at places below <paramref name="place"/>.</summary>
    public int Before(int place)
    {
        var sum = 0;
        for (var node = place; node > 0; node -= node & -node)
        {
            sum += _sums[node];
        }

        return sum;
    }

    /// <summary>Begins again, empty, with room for at least <paramref name="capacity"/> places.</summary>
    public void Clear(int capacity) => _sums = new int[Math.Max(capacity, FirstCapacity) + 1];
}

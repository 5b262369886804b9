namespace Atelier.Engines.Vision;

/// <summary>One stretch of a picture's side: what the net sees, and the part of it that is kept.</summary>
/// <param name="Start">First pixel seen.</param>
/// <param name="KeepFrom">First pixel kept, counted from the picture's edge.</param>
/// <param name="KeepTo">One past the last pixel kept.</param>
readonly record struct TileSpan(int Start, int KeepFrom, int KeepTo)
{
    /// <summary>
    /// Cuts a side into windows of one length, so that every run has the same shape. Neighbours overlap by at least
    /// twice the margin and share the overlap half and half, so that each kept pixel was seen with its surroundings.
    /// </summary>
    /// <param name="length">Of the side.</param>
    /// <param name="window">Of each window; the whole side when that is shorter.</param>
    /// <param name="margin">Least distance of a kept pixel from a cut.</param>
    public static TileSpan[] Cut(int length, int window, int margin)
    {
        if (length <= window)
        {
            return [new(0, 0, length)];
        }

        var step = window - (2 * margin);
        var count = (length - (2 * margin) + step - 1) / step;
        var starts = Enumerable.Range(0, count)
            .Select(index => (int)((long)index * (length - window) / (count - 1)))
            .ToArray();
        var spans = new TileSpan[count];
        for (var index = 0; index < count; index++)
        {
            var from = index == 0 ? 0 : spans[index - 1].KeepTo;
            var to = index == count - 1 ? length : (starts[index + 1] + starts[index] + window) / 2;
            spans[index] = new(starts[index], from, to);
        }

        return spans;
    }
}

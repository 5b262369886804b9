namespace Atelier.Engines.Speech;

/// <summary>Cuts phonemes into pieces that fit the model: at sentences, else at clauses, else at words.</summary>
static class PhonemeWindows
{
    static readonly char[][] Boundaries = [['.', '!', '?', '…'], [';', ':', ',', '—', ')'], [' ']];

    /// <summary>Pieces in order, none longer than the window, none empty.</summary>
    public static List<string> Split(string phonemes, int window)
    {
        var pieces = new List<string>();
        var rest = phonemes.AsSpan().Trim();
        while (rest.Length > window)
        {
            var end = End(rest[..window]);
            pieces.Add(rest[..end].Trim().ToString());
            rest = rest[end..].TrimStart();
        }

        if (rest.Length > 0)
        {
            pieces.Add(rest.ToString());
        }

        return pieces;
    }

    static int End(ReadOnlySpan<char> window)
    {
        foreach (var marks in Boundaries)
        {
            var last = window.LastIndexOfAny(marks);
            if (last > 0)
            {
                return last + 1;
            }
        }

        return window.Length;   // One endless word.
    }
}

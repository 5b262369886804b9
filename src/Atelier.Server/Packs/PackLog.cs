using Atelier.Protocol;

namespace Atelier.Server.Packs;

/// <summary>
/// Tells a waiting request how far its packs are: a line at the start, one each fifth, one at the end.
/// </summary>
sealed class PackLog(Action<LogLine> log, TimeProvider time)
{
    const int Parts = 5;

    readonly Lock _gate = new();
    readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);

    public void Report(PackProgress progress)
    {
        if (progress.Total is 0)
        {
            return;
        }

        lock (_gate)
        {
            var part = Math.Min(progress.Bytes * Parts / progress.Total, Parts);
            if (_told.TryGetValue(progress.Pack, out var told) && part <= told)
            {
                return;
            }

            _told[progress.Pack] = part;
            var size = PackSize.Text(progress.Total);
            log(new(time.GetUtcNow(), "INFO", part switch
            {
                0 => $"Downloading the pack {progress.Pack} ({size}).",
                Parts => $"The pack {progress.Pack} is downloaded.",
                _ => $"The pack {progress.Pack}: {part * 100 / Parts} % of {size}.",
            }));
        }
    }
}

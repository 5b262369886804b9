using System.Globalization;

namespace Atelier.Server.Packs;

/// <summary>Sizes as people read them.</summary>
static class PackSize
{
    /// <summary><c>89 MB</c>, <c>4.6 MB</c>, <c>12 kB</c>: decimal, as npm and browsers tell them.</summary>
    public static string Text(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} bytes",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0} kB"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB"),
    };
}

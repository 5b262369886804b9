using System.Globalization;

namespace Atelier.Cli.Output;

/// <summary>Numbers for people.</summary>
static class Sizes
{
    static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary><c>1.4 MB</c>: decimal units, as disks and downloads are sold.</summary>
    public static string Format(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 1000 && unit < Units.Length - 1)
        {
            (value, unit) = (value / 1000, unit + 1);
        }

        var text = value.ToString(unit is 0 ? "0" : "0.#", CultureInfo.InvariantCulture);
        return $"{text} {Units[unit]}";
    }
}

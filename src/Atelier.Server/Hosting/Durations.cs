using System.Globalization;

namespace Atelier.Server.Hosting;

/// <summary>Durations as people write them: <c>40ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>30d</c>; a bare number is seconds.</summary>
public static class Durations
{
    static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        (string unit, TimeSpan length) = Units.FirstOrDefault(
            pair => text.EndsWith(pair.Unit, StringComparison.Ordinal), (Unit: "", Length: TimeSpan.FromSeconds(1)));
        var ok = double.TryParse(
            text.AsSpan(0, text.Length - unit.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= 0 && number * length.TotalDays < 36_500;
        duration = ok ? length * number : TimeSpan.Zero;
        return ok;
    }

    public static string Show(TimeSpan duration)
    {
        var (unit, length) = Units.Last(pair => pair.Unit == "ms" || (duration.Ticks % pair.Length.Ticks == 0 && duration >= pair.Length));
        return string.Create(CultureInfo.InvariantCulture, $"{duration / length:0.###}{unit}");
    }
}

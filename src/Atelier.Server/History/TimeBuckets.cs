using System.Globalization;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary>A window cut into minutes, hours, days, weeks or months of a time zone.</summary>
/// <param name="Window">Widened to whole buckets when the query asks for that.</param>
/// <param name="Starts">Where each bucket begins, ascending; the first at or before the window.</param>
sealed record TimeBuckets(TimeWindow Window, IReadOnlyList<DateTimeOffset> Starts)
{
    /// <summary>Buckets of one answer at most: a week of minutes, a year of hours.</summary>
    const int CountMax = 10_080;

    static readonly TimeSpan DefaultWindow = TimeSpan.FromDays(1);
    static readonly TimeSpan WindowMax = TimeSpan.FromDays(366 * 2);

    /// <summary>Reads window, <c>timeframe</c> and <c>bound_to_timeframe</c>.</summary>
    public static TimeBuckets Read(PlatformQuery query, DateTimeOffset now)
    {
        var window = TimeWindow.Read(query, now, DefaultWindow, WindowMax);
        var frame = query.Choice("timeframe", "minute", "hour", "day", "week", "month") switch
        {
            "minute" => Timeframe.Minute,
            "hour" => Timeframe.Hour,
            "day" => Timeframe.Day,
            "week" => Timeframe.Week,
            "month" => Timeframe.Month,
            _ => Auto(window.Length),
        };
        var whole = query.Flag("bound_to_timeframe", byDefault: true);
        return query.Refused is null ? Cut(query, window, frame, whole) : new(window, [window.From]);
    }

    /// <summary>A bucket as answers name it: its beginning with the zone's offset.</summary>
    public string Name(int bucket) => TimeZoneInfo.ConvertTime(Starts[bucket], Window.Zone)
        .ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>fal's choice for a caller who does not choose.</summary>
    static Timeframe Auto(TimeSpan length) => length switch
    {
        _ when length < TimeSpan.FromHours(2) => Timeframe.Minute,
        _ when length < TimeSpan.FromDays(2) => Timeframe.Hour,
        _ when length < TimeSpan.FromDays(64) => Timeframe.Day,
        _ when length < TimeSpan.FromDays(183) => Timeframe.Week,
        _ => Timeframe.Month,
    };

    static TimeBuckets Cut(PlatformQuery query, TimeWindow window, Timeframe frame, bool whole)
    {
        List<DateTimeOffset> starts = [];
        var start = Floor(window.From, frame, window.Zone);
        while (start < window.To)
        {
            if (starts.Count == CountMax)
            {
                query.Refuse($"There are more than {CountMax} buckets between start and end; ask for a longer timeframe");
                break;
            }

            starts.Add(start);
            start = Next(start, frame, window.Zone);
        }

        return new(whole ? window with { From = starts[0], To = start } : window, starts);
    }

    static DateTimeOffset Floor(DateTimeOffset moment, Timeframe frame, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(moment, zone).DateTime;
        var day = local.Date;
        return frame switch
        {
            // Minutes and hours are lengths, so they are cut off the moment; days and longer are dates.
            Timeframe.Minute => moment - TimeSpan.FromTicks(local.Ticks % TimeSpan.TicksPerMinute),
            Timeframe.Hour => moment - TimeSpan.FromTicks(local.Ticks % TimeSpan.TicksPerHour),
            Timeframe.Day => Zones.At(day, zone),
            Timeframe.Week => Zones.At(day.AddDays(-(((int)day.DayOfWeek + 6) % 7)), zone),
            _ => Zones.At(new(day.Year, day.Month, 1), zone),
        };
    }

    static DateTimeOffset Next(DateTimeOffset start, Timeframe frame, TimeZoneInfo zone)
    {
        var day = TimeZoneInfo.ConvertTime(start, zone).Date;
        return frame switch
        {
            Timeframe.Minute => start.AddMinutes(1),
            Timeframe.Hour => start.AddHours(1),
            Timeframe.Day => Zones.At(day.AddDays(1), zone),
            Timeframe.Week => Zones.At(day.AddDays(7), zone),
            _ => Zones.At(day.AddMonths(1), zone),
        };
    }
}

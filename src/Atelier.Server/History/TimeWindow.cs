using System.Globalization;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary>The <c>start</c>, <c>end</c> and <c>timezone</c> of a query.</summary>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
sealed record TimeWindow(DateTimeOffset From, DateTimeOffset To, TimeZoneInfo Zone)
{
    const int ZoneMaxLength = 64;

    // Far from where the calendar ends, so that adding a month to any of them is safe.
    const int YearMin = 1970;
    const int YearMax = 2199;

    static readonly string[] Times =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK",
    ];

    /// <summary>How long the window is.</summary>
    public TimeSpan Length => To - From;

    /// <param name="byDefault">From how long ago on when no start is given.</param>
    /// <param name="max">The longest window.</param>
    public static TimeWindow Read(PlatformQuery query, DateTimeOffset now, TimeSpan byDefault, TimeSpan max)
    {
        var zone = ReadZone(query);
        var to = ReadTime(query, "end", zone) ?? now;
        var from = ReadTime(query, "start", zone) ?? (to < now ? to : now) - byDefault;
        if (from >= to)
        {
            query.Refuse("start must be before end");
        }
        else if (to - from > max)
        {
            query.Refuse($"start and end may be at most {max.TotalDays:0} days apart");
        }

        return new(from, to, zone);
    }

    // A day without a time begins at its midnight in the zone; a time without an offset is the zone's as well.
    static DateTimeOffset? ReadTime(PlatformQuery query, string name, TimeZoneInfo zone)
    {
        if (query.Text(name) is not { } text)
        {
            return null;
        }

        // A plus that came unescaped arrives as a space.
        text = text.Replace(' ', '+');
        const DateTimeStyles Styles = DateTimeStyles.RoundtripKind;
        var invariant = CultureInfo.InvariantCulture;
        DateTimeOffset moment = default;
        var isDay = DateTime.TryParseExact(text, "yyyy-MM-dd", invariant, DateTimeStyles.None, out var time);
        if (!isDay && !(DateTime.TryParseExact(text, Times, invariant, Styles, out time)
            && DateTimeOffset.TryParseExact(text, Times, invariant, DateTimeStyles.AssumeUniversal, out moment)))
        {
            query.Refuse($"{name} must be an ISO 8601 date-time or YYYY-MM-DD");
            return null;
        }

        if (time.Year is < YearMin or > YearMax)
        {
            query.Refuse($"{name} must be between the years {YearMin} and {YearMax}");
            return null;
        }

        return time.Kind is DateTimeKind.Unspecified ? Zones.At(time, zone) : moment;
    }

    static TimeZoneInfo ReadZone(PlatformQuery query)
    {
        if (query.Text("timezone") is not { } name || name is "UTC")
        {
            return TimeZoneInfo.Utc;
        }

        // The name becomes a path below the system's zones, so it may hold nothing that leads elsewhere.
        var isName = name.Length <= ZoneMaxLength && char.IsAsciiLetter(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+');
        if (isName && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            return zone;
        }

        query.Refuse("timezone must be an IANA name that this server knows, such as Europe/Berlin");
        return TimeZoneInfo.Utc;
    }
}

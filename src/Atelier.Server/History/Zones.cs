namespace Atelier.Server.History;

/// <summary>Local times as moments.</summary>
static class Zones
{
    /// <summary>
    /// The moment of a local time: of one that occurs twice the first, and of one that is skipped the moment when the
    /// clock skips it.
    /// </summary>
    public static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (zone.IsAmbiguousTime(local))
        {
            return new(local, zone.GetAmbiguousTimeOffsets(local).Max());
        }

        // The offset of an hour before holds up to the skip.
        return new(local, zone.GetUtcOffset(zone.IsInvalidTime(local) ? local.AddHours(-1) : local));
    }
}

namespace Atelier.Server.History;

/// <summary>How long a bucket of time is.</summary>
enum Timeframe
{
    Minute,
    Hour,
    Day,
    Week,
    Month,
}

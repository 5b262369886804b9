namespace Atelier.Queue;

/// <summary>Which jobs to list.</summary>
/// <param name="Endpoint">Only this endpoint, or all.</param>
/// <param name="Before">Only jobs with a smaller id than this: the paging cursor.</param>
public sealed record JobQuery(string AccountId, string? Endpoint, JobState? State, string? Before, int Limit);

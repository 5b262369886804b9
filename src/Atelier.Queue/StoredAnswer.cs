namespace Atelier.Queue;

/// <summary>An answer as it is stored and later served by the result route.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON bytes; over 64 KiB kept in a blob file.</param>
/// <param name="Headers">Answer headers to serve with it (<c>x-fal-billable-units</c>, <c>x-atelier-model</c>), as
/// JSON.</param>
/// <param name="ErrorType">The platform's error type, or null.</param>
public sealed record StoredAnswer(
    int Status, ReadOnlyMemory<byte> Body, string Headers = "{}", string? ErrorType = null)
{
    /// <summary>What the answer says it cost, in the endpoint's units; null when it says nothing.</summary>
    public double? BillableUnits { get; init; }
}

namespace Atelier.Queue;

/// <summary>
/// The answers that the queue itself gives for an app. Bodies as in <c>docs/architecture/01-wire.md</c>.
/// </summary>
public static class PlatformAnswers
{
    /// <summary>499: the caller cancelled.</summary>
    public static StoredAnswer Cancelled { get; } = new(
        499, """{"detail":"Request cancelled","error_type":"client_cancelled"}"""u8.ToArray(), "{}",
        "client_cancelled");

    /// <summary>
    /// 504: <see cref="NewJob.StartBefore"/> passed. The header tells clients that the deadline was their own.
    /// </summary>
    public static StoredAnswer StartedTooLate { get; } = new(
        504,
        """{"detail":"Request timed out before processing started","error_type":"request_timeout"}"""u8.ToArray(),
        """{"x-fal-request-timeout-type":"user"}""",
        "request_timeout");

    /// <summary>503: every attempt lost its runner.</summary>
    public static StoredAnswer RunnerLost { get; } = new(
        503,
        """{"detail":"Could not connect to the runner","error_type":"runner_connection_error"}"""u8.ToArray(),
        "{}",
        "runner_connection_error");

    /// <summary>500: a fault of ours. Callers never see the exception's text.</summary>
    public static StoredAnswer Internal { get; } = new(
        500, """{"detail":"Internal Server Error","error_type":"internal_error"}"""u8.ToArray(), "{}",
        "internal_error");
}

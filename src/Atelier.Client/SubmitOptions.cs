namespace Atelier.Client;

/// <summary>What may accompany an input.</summary>
public sealed record SubmitOptions
{
    /// <summary>No wishes.</summary>
    public static readonly SubmitOptions Default = new();

    /// <summary><c>normal</c> or <c>low</c>; null leaves it to the server.</summary>
    public string? Priority { get; init; }

    /// <summary>An opaque hint for sticky routing.</summary>
    public string? RunnerHint { get; init; }

    /// <summary>How long the request may wait before it starts; the server then answers 504.</summary>
    public TimeSpan? StartTimeout { get; init; }

    /// <summary>How long the generated files are kept.</summary>
    public TimeSpan? ObjectLifetime { get; init; }

    /// <summary>Called with the result.</summary>
    public string? Webhook { get; init; }
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Atelier.Models.Echo;

/// <summary>Which events an echo streams.</summary>
public sealed record EchoStreamInput
{
    [Description("Events to answer.")]
    [Range(1, 10_000)]
    public int Count { get; init; } = 3;

    [Description("Milliseconds to wait before each event but the first.")]
    [Range(0, 600_000)]
    public int IntervalMs { get; init; }

    [Description("Fail instead of answering this event; 1 is the first.")]
    [Range(1, 10_000)]
    public int? FailAt { get; init; }
}

using System.ComponentModel;

namespace Atelier.Models.Echo;

/// <summary>One event of an echo's stream.</summary>
public sealed record EchoEvent
{
    [Description("Which event this is, from 1.")]
    public required int Index { get; init; }

    [Description("How many events there are.")]
    public required int Count { get; init; }

    [Description("The request's id.")]
    public required string RequestId { get; init; }
}

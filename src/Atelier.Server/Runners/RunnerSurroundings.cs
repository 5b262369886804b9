using Atelier.Server.Calls;

namespace Atelier.Server.Runners;

/// <summary>What every fleet of this server shares.</summary>
sealed record RunnerSurroundings
{
    public required RunnerProgram Program { get; init; }

    public required SocketFolder Sockets { get; init; }

    public required RunnerLedger Ledger { get; init; }

    public required GatewayAddress Gateway { get; init; }

    public required PreparePacks PreparePacks { get; init; }

    public required ActiveCalls ActiveCalls { get; init; }

    public required long AnswerMaxBytes { get; init; }

    public required TimeProvider Time { get; init; }
}

namespace Atelier.Tests.Fuzz.Targets;

/// <summary>Everything that reads what callers send, by name.</summary>
static class AllTargets
{
    static readonly FuzzTarget[] Targets =
    [
        .. JsonTargets.All, .. MessagePackTargets.All, .. PathTargets.All, .. HeaderTargets.All, .. HistoryTargets.All,
        .. AddressTargets.All,
    ];

    public static IReadOnlyDictionary<string, FuzzTarget> ByName { get; } = Targets.ToDictionary(target => target.Name);
}

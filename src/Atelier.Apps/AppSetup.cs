namespace Atelier.Apps;

/// <summary>What an app finds when it is set up.</summary>
public sealed class AppSetup
{
    readonly IReadOnlyDictionary<string, string> _packs;

    public AppSetup(IReadOnlyDictionary<string, string> packs) => _packs = packs;

    /// <summary>The folder of a pack that the app asked for in its <see cref="AppAttribute.Packs"/>.</summary>
    /// <exception cref="InvalidOperationException">The app did not ask for it.</exception>
    public string Pack(string name) => _packs.TryGetValue(name, out var folder)
        ? folder
        : throw new InvalidOperationException(
            $"The pack {name} is not among the app's packs: {string.Join(", ", _packs.Keys)}.");
}

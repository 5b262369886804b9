using System.Collections.Concurrent;
using Atelier.Server.Calls;

namespace Atelier.Server.Catalog;

/// <summary>Tells of each model what a call would meet on this server.</summary>
/// <remarks>Packs come and go under a running server, so they are looked for again, but not for every model of every list.</remarks>
sealed class Availability(TimeProvider time, MissingPacks? missing = null)
{
    /// <summary>Runs here, with everything that it needs.</summary>
    public const string Local = "local";

    /// <summary>Runs here, after its weights were pulled; the first call pulls them, too.</summary>
    public const string NeedsWeights = "needs_weights";

    /// <summary>Is fal's, and not here: a call answers 404, because this server forwards nothing.</summary>
    public const string Upstream = "upstream";

    /// <summary>Is the name of several endpoints, and none itself.</summary>
    public const string Family = "family";

    static readonly TimeSpan Validity = TimeSpan.FromSeconds(1);

    // One entry an app; apps are fixed at start.
    readonly ConcurrentDictionary<string, (long At, IReadOnlyList<string> Packs)> _seen = new(StringComparer.Ordinal);

    /// <summary>Every word that <see cref="Of"/> answers.</summary>
    public static IReadOnlyList<string> Words { get; } = [Local, NeedsWeights, Upstream, Family];

    /// <summary>One of <see cref="Words"/>.</summary>
    public string Of(CatalogModel model) =>
        model.App is null ? (model.Entry!.Wildcard ? Family : Upstream)
        : Missing(model).Count is 0 ? Local
        : NeedsWeights;

    /// <summary>The packs that must be pulled before the model runs here; empty when none, or when it never does.</summary>
    public IReadOnlyList<string> Missing(CatalogModel model)
    {
        if (missing is null || model.App is not { Packs.Count: > 0 } app)
        {
            return [];
        }

        if (!_seen.TryGetValue(app.App, out var seen) || time.GetElapsedTime(seen.At) >= Validity)
        {
            seen = (time.GetTimestamp(), missing(app));
            _seen[app.App] = seen;
        }

        return seen.Packs;
    }
}

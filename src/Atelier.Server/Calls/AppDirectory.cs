using System.Collections.Frozen;
using Atelier.Protocol.Apps;
using Atelier.Server.Hosting;

namespace Atelier.Server.Calls;

/// <summary>Every app this server can run: what it is, what runs it, how many at once. Fixed at start.</summary>
public sealed class AppDirectory
{
    /// <summary>The fidelity of an endpoint that answers under fal's id with another net.</summary>
    public const string Like = "like";

    readonly FrozenDictionary<string, (HostedApp App, EndpointManifest Endpoint)> _endpoints;
    readonly FrozenDictionary<string, HostedApp> _apps;

    /// <param name="apps">What this installation can run.</param>
    /// <param name="exactOnly">Leaves out endpoints of fidelity <see cref="Like"/>: to callers they do not exist.</param>
    /// <exception cref="ConfigurationException">Two apps claim the same endpoint id.</exception>
    public AppDirectory(IEnumerable<HostedApp> apps, bool exactOnly = false)
    {
        bool Serves(EndpointManifest endpoint) => !exactOnly || endpoint.Fidelity != Like;

        _apps = apps.Where(app => app.Manifest.Endpoints.Any(Serves))
            .ToFrozenDictionary(app => app.Manifest.App, StringComparer.Ordinal);
        var pairs = _apps.Values
            .SelectMany(app => app.Manifest.Endpoints.Where(Serves).Select(endpoint => (app, endpoint)))
            .ToList();
        if (pairs.GroupBy(pair => pair.endpoint.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ConfigurationException($"The endpoint id {twice.Key} is claimed by two apps.");
        }

        _endpoints = pairs.ToFrozenDictionary(pair => pair.endpoint.Id, pair => pair, StringComparer.Ordinal);
    }

    public IReadOnlyCollection<HostedApp> Apps => _apps.Values;

    /// <summary>Every endpoint that callers may use, in no order.</summary>
    public IReadOnlyCollection<(HostedApp App, EndpointManifest Endpoint)> Endpoints => _endpoints.Values;

    /// <summary>The app and endpoint of a whole endpoint id, or null when it is unknown.</summary>
    public (HostedApp App, EndpointManifest Endpoint)? Find(string endpointId) =>
        _endpoints.TryGetValue(endpointId, out var found) ? found : null;

    public HostedApp? FindApp(string app) => _apps.GetValueOrDefault(app);
}

/// <summary>One app, with what runs it.</summary>
public sealed record HostedApp(AppManifest Manifest, IRunner Runner)
{
    public AppSlots Slots { get; } = new(Manifest.Scaling.MaxConcurrency * Manifest.Scaling.MaxMultiplexing);
}

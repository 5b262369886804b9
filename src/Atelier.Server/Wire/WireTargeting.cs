using System.Collections.Concurrent;
using System.Net;
using Atelier.Protocol;
using Atelier.Server.Hosting;

namespace Atelier.Server.Wire;

/// <summary>
/// The first step of every request: finds out which of fal's hosts it means, refuses hosts that are not ours (421), and
/// rewrites the path to the canonical prefix form that routes are mapped under.
/// </summary>
public sealed class WireTargeting(ServerOptions options, ProxyRoute proxy)
{
    // Hosts come from callers, so the cache is bounded; a full cache only costs three string joins a request.
    const int CacheLimit = 1024;

    readonly ConcurrentDictionary<(string Scheme, string Host, string? Canonical), WireTarget> _targets = new();
    readonly HashSet<string> _ownHosts = new(
        options.Hosts.Concat(options.PublicUrl is null ? [] : [new Uri(options.PublicUrl).Host]), StringComparer.OrdinalIgnoreCase);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var fal = FalHostNames.Find(request.Host.Host);
        if (fal is null && !IsOwn(request.Host.Host))
        {
            await WireError.Detail(421, $"This server does not answer for the host \"{request.Host.Host}\". Add it to the setting hosts.")
                .ExecuteAsync(context);
            return;
        }

        var path = request.Path.Value ?? "/";
        if (fal is null && ProxyRoute.Is(path))
        {
            if (CrossOrigin.TryAllowPreflight(context))
            {
                return;
            }

            if (proxy.ReadTarget(context) is { } refused)
            {
                await refused.ExecuteAsync(context);
                return;
            }
        }
        else
        {
            var canonical = fal is null ? CanonicalPath.OfOwn(path) : new CanonicalPath(fal, path);
            request.Path = canonical.Host is null ? canonical.Path : $"/{canonical.Host}{canonical.Path}";
        }

        context.Features.Set(Target(request, fal));
        await next(context);
    }

    WireTarget Target(HttpRequest request, string? fal)
    {
        var key = (request.Scheme, request.Host.Value ?? "", fal);
        if (_targets.TryGetValue(key, out var known))
        {
            return known;
        }

        var own = (options.PublicUrl ?? $"{request.Scheme}://{request.Host}").TrimEnd('/');
        // A port that is not the scheme's own is how the caller gets here, so it stays.
        var port = request.Host.Port is { } number ? $":{number}" : "";
        var target = fal is null
            ? new WireTarget("", $"{own}/{FalHostNames.Queue}", own, $"{own}/{FalHostNames.Rest}")
            : new WireTarget(fal, Fal(FalHostNames.Queue), Fal(FalHostNames.Download), Fal(FalHostNames.Rest));
        if (_targets.Count < CacheLimit)
        {
            _targets[key] = target;
        }

        return target;

        string Fal(string name) => $"{request.Scheme}://{name}{port}";
    }

    bool IsOwn(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && (IPAddress.IsLoopback(address) || host == options.Host))
        || _ownHosts.Contains(host);
}

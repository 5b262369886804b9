using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Atelier.Proxy;

/// <summary>Adds fal's proxy to an ASP.NET Core app.</summary>
public static class FalProxyRoute
{
    /// <summary>
    /// Maps the route that fal's clients take as <c>proxyUrl</c>: it adds the key and forwards to the fal address that
    /// <c>x-fal-target-url</c> names.
    /// </summary>
    /// <param name="pattern">The route; clients' default is <c>/api/fal/proxy</c>.</param>
    /// <param name="configure">Sets the options. Without it nobody may call: say who.</param>
    /// <exception cref="ArgumentException">An option makes no sense; the message says which.</exception>
    public static IEndpointConventionBuilder MapFalProxy(
        this IEndpointRouteBuilder endpoints, string pattern = "/api/fal/proxy", Action<FalProxyOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var options = new FalProxyOptions();
        configure?.Invoke(options);
        Check(options);

        // The client lives as long as the app.
        var forwarder = new Forwarder(options);
        endpoints.ServiceProvider.GetService<IHostApplicationLifetime>()?.ApplicationStopped.Register(forwarder.Dispose);
        var proxy = new ProxyHandler(options, forwarder);
        return endpoints.Map(pattern, (RequestDelegate)proxy.HandleAsync);
    }

    static void Check(FalProxyOptions options)
    {
        if (options.BaseUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0))
        {
            throw new ArgumentException($"BaseUrl must be an absolute http or https address without user, not {url}.", nameof(options));
        }

        if (options.MaxRequestBytes <= 0 || options.ConnectTimeout <= TimeSpan.Zero || options.AnswerTimeout <= TimeSpan.Zero)
        {
            throw new ArgumentException("MaxRequestBytes, ConnectTimeout and AnswerTimeout must be positive.", nameof(options));
        }
    }
}

using Atelier.Server.Outbound;
using Atelier.Server.Webhooks.Signing;

namespace Atelier.Server.Webhooks;

/// <summary>Wires what sends results to callers. The outbox and the clock come from the program.</summary>
static class WebhookSetup
{
    /// <summary>Adds the sender, the signature keys, and <see cref="CallbackTargets"/>, which submit asks.</summary>
    /// <param name="dataFolder">Holds <c>webhook-keys.json</c>, once a key was needed.</param>
    public static IServiceCollection AddWebhooks(
        this IServiceCollection services, WebhookOptions options, string dataFolder)
    {
        var guard = new AddressGuard(options.AllowPrivate);
        return services
            .AddSingleton(options)
            .AddSingleton(new CallbackTargets(guard))
            .AddSingleton(provider => new SignatureKeys(
                Path.Combine(dataFolder, "webhook-keys.json"), options, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<WebhookSigner>()
            .AddSingleton(provider => new WebhookPost(guard, options, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(_ => new RetryPlan(options, new Random()))
            .AddSingleton<WebhookMetrics>()
            .AddSingleton<WebhookDelivery>()
            .AddSingleton<DeliveryEndpoints>()
            .AddSingleton<SignatureKeyEndpoints>()
            .AddHostedService<WebhookSender>();
    }

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<SignatureKeyEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<DeliveryEndpoints>().Map(routes);
    }
}

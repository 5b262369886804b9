namespace Atelier.Server.Outbound;

public static class OutboundSetup
{
    /// <summary>Adds <see cref="GuardedHttp"/>, the only client that may fetch a caller's address.</summary>
    public static IServiceCollection AddOutbound(this IServiceCollection services, OutboundOptions options) =>
        services.AddSingleton(provider => new GuardedHttp(
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<GuardedHttp>>()));
}
